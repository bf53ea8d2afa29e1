import { visibleText } from '@geppetto/turns'
import type { ChatBackend } from '../backend.ts'
import { OptionError } from '../option-error.ts'
import type { ChatOptions } from '../options.ts'
import { ageOf } from './age.ts'
import { nameOf } from './shelf.ts'

/**
 * Opens the session that the options ask for.
 * @returns what there is to say about it; undefined for a new one without a name. @throws OptionError `no_session`; SessionError
 */
export async function beginSession(options: ChatOptions, backend: ChatBackend): Promise<string | undefined> {
  const { shelf } = backend
  if (options.session !== undefined) {
    const known = await backend.openOrBegin(options.session)
    return visibleText(`${known ? 'Session' : 'A new session:'} ${options.session}\n`)
  }
  if (!options.continues) return undefined
  const [newest] = await shelf.list()
  if (newest === undefined)
    throw new OptionError('no_session', 'there is no session to go on with yet: leave --continue out', '--continue')
  await backend.openById(newest.sessionId)
  return visibleText(`Session ${nameOf(newest)}, ${ageOf(newest.updatedAt, Date.now())}\n`)
}
