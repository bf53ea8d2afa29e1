import { isSessionError } from '@geppetto/session'
import { toErrorData } from '@geppetto/turns'

/** What went wrong, for the person: what a program would do about it is no help. */
export function faultText(error: unknown): string {
  return isSessionError(error) && error.reason === 'read_only'
    ? 'the file of the sessions can only be read: start the chat again when it can be written to, or with --store FILE or --no-store'
    : toErrorData(error).message
}
