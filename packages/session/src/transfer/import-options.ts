import { quote } from '@geppetto/turns'
import { assertChoice, assertFlag, assertOptionsOf } from '../contract/known-options.ts'
import { SessionError } from '../contract/session-error.ts'
import { assertSessionId } from '../contract/session-options.ts'

/** How a session is imported. */
export interface ImportOptions {
  /** Default: the one that it had. */
  readonly id?: string
  /** Takes also what was changed since it was exported, as by hand: `true`. Default: such a file is refused. */
  readonly allowChanges?: boolean
  /**
   * What becomes of what would else be run twice: calls that wait for an answer, or that `resume` could run, and prompts that wait. `dismiss` leaves them to the session that was exported: the
   * default for a copy, which has another id, and where a run went on when it was exported, whose owner goes on with them. `keep` takes them along, where that session is gone: the default else.
   */
  readonly openCalls?: 'dismiss' | 'keep'
}

const known: Readonly<Record<keyof ImportOptions, true>> = { id: true, allowChanges: true, openCalls: true }

/** @throws SessionError `invalid_options` where a caller without types has mixed something up. */
export function assertImport(lines: unknown, options: ImportOptions): void {
  assertOptionsOf(options, 'importSession(store, lines, { id })', Object.keys(known))
  if (options.id !== undefined) assertSessionId(options.id)
  assertFlag(options.allowChanges, 'allowChanges')
  assertChoice(options.openCalls, 'openCalls', ['dismiss', 'keep'])
  assertLines(lines)
}

function assertLines(lines: unknown): void {
  const isObject = typeof lines === 'object' && lines !== null
  if (isObject && (Symbol.asyncIterator in lines || Symbol.iterator in lines) && !ArrayBuffer.isView(lines)) return
  throw new SessionError(
    'invalid_options',
    `lines must be a list of texts, or give one after the other, not ${isObject ? 'this object' : quote(lines)}`,
    { field: 'lines' },
  )
}
