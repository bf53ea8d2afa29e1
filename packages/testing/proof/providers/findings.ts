import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import type { OpaqueLedger } from './opaque-ledger.ts'

/** A rule of an API that a request breaks. */
export interface Finding {
  /** The rule's name. */
  readonly rule: string
  /** Where, as a path into the body. */
  readonly at: string
  readonly message: string
}

/** What a request is checked against beside its own form. */
export interface HostRules {
  /** Who serves it: the hosts that speak Chat Completions have fields of their own. Default `openai`. */
  readonly provider?: string
  /** Whose opaque data is whose; left out, it is not looked at. */
  readonly ledger?: OpaqueLedger
}

/** Collects what is wrong with one request body. */
export class Findings {
  readonly list: Finding[] = []

  report(rule: string, at: string, message: string): void {
    this.list.push({ rule, at, message })
  }

  /** Reports unless the condition holds. Returns whether it does. */
  demand(condition: boolean, rule: string, at: string, message: string): boolean {
    if (!condition) this.report(rule, at, message)
    return condition
  }

  /** The value as an object; reported as `shape` where it is none. */
  object(value: JsonValue | undefined, at: string): JsonObject {
    if (isJsonObject(value)) return value
    this.report('shape', at, 'must be an object')
    return {}
  }

  /** The value as a list; reported as `shape` where it is none. */
  items(value: JsonValue | undefined, at: string): readonly JsonValue[] {
    if (Array.isArray(value)) return value
    this.report('shape', at, 'must be a list')
    return []
  }

  /** Fields that the API does not know. */
  fields(object: JsonObject, known: ReadonlySet<string>, at: string): void {
    for (const name of Object.keys(object))
      if (object[name] !== undefined)
        this.demand(known.has(name), 'unknown-field', `${at}.${name}`, 'is not known here')
  }

  /** A text that says something. */
  text(value: JsonValue | undefined, at: string, rule = 'empty-text'): void {
    if (typeof value !== 'string') this.report(rule === 'empty-text' ? 'shape' : rule, at, 'must be a text')
    else this.demand(value.trim() !== '', rule, at, 'must say something')
  }

  /** A text of this form. */
  match(value: JsonValue | undefined, pattern: RegExp, rule: string, at: string): void {
    this.demand(typeof value === 'string' && pattern.test(value), rule, at, `must match ${pattern.source}`)
  }
}
