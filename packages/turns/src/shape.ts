import { quote } from './errors.ts'
import { isJsonObject } from './json.ts'
import { isOwnJson } from './own-json.ts'

/** What is wrong with a value, and where in it; `field` is empty when the value itself is wrong. */
interface ShapeProblem {
  readonly field: string
  readonly message: string
}

/** Looks at a value that came from outside. Undefined: it is what it should be. */
export type Check = (value: unknown) => ShapeProblem | undefined

// Checks are made where modules load: by the mark a bundler knows that it may leave out those that nobody asks.

/** A check that says what the value must be. */
/* @__NO_SIDE_EFFECTS__ */
export function must(be: string, isSo: (value: unknown) => boolean): Check {
  return (value) => (isSo(value) ? undefined : { field: '', message: `must be ${be}, not ${quote(value)}` })
}

export const text: Check = must('a text', (value) => typeof value === 'string')

export const filledText: Check = must(
  'a text that is not empty',
  (value) => typeof value === 'string' && value.trim() !== '',
)

export const number: Check = must('a number', (value) => Number.isFinite(value))

export const plainObject: Check = must('an object', isJsonObject)

export const present: Check = must('there', (value) => value !== undefined)

/* @__NO_SIDE_EFFECTS__ */
export function oneOf(...allowed: readonly unknown[]): Check {
  return must(allowed.map(quote).join(' or '), (value) => allowed.includes(value))
}

/* @__NO_SIDE_EFFECTS__ */
export function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value))
}

/** Data that was made here can change no more: what it passed once, it is not asked again. */
/* @__NO_SIDE_EFFECTS__ */
export function once(check: Check): Check {
  const sound = new WeakSet<object>()
  return (value) => {
    if (!isOwnJson(value)) return check(value)
    if (sound.has(value)) return undefined
    const problem = check(value)
    if (problem === undefined) sound.add(value)
    return problem
  }
}

/* @__NO_SIDE_EFFECTS__ */
export function listOf(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { field: '', message: `must be a list, not ${quote(value)}` }
    for (const [index, entry] of value.entries()) {
      const problem = item(entry)
      if (problem !== undefined) return atField(`[${index}]`, problem)
    }
    return undefined
  }
}

/** An object with these fields; others may be there too. */
/* @__NO_SIDE_EFFECTS__ */
export function objectWith(fields: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(fields)
  const checks = Object.values(fields)
  return (value) => {
    if (!isJsonObject(value)) return plainObject(value)
    for (let index = 0; index < names.length; index++) {
      const name = names[index] ?? ''
      const problem = checks[index]?.(value[name])
      if (problem !== undefined) return atField(name, problem)
    }
    return undefined
  }
}

/** An object whose field `tag` says which of the shapes it has. */
/* @__NO_SIDE_EFFECTS__ */
export function taggedObject(tag: string, shapes: Readonly<Record<string, Check>>): Check {
  const names = new Map(Object.entries(shapes))
  const hasTag = objectWith({ [tag]: oneOf(...names.keys()) })
  return (value) => hasTag(value) ?? (isJsonObject(value) ? names.get(String(value[tag]))?.(value) : undefined)
}

/** The path of a field of `parent`; either may be empty. */
export function joinField(parent: string, field: string): string {
  return parent === '' || field === '' || field.startsWith('[') ? parent + field : `${parent}.${field}`
}

function atField(step: string, { field, message }: ShapeProblem): ShapeProblem {
  return { field: joinField(step, field), message }
}
