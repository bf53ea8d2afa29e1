import { SessionError } from '@geppetto/session'
import { frozenJson, type JsonObject, toErrorData } from '@geppetto/turns'

/** JSON text of plain data, as it is now. @throws SessionError `store_failed` when JSON cannot hold it */
export function toText(value: JsonObject, what: string): string {
  try {
    return JSON.stringify(frozenJson(value, what))
  } catch (cause) {
    throw new SessionError('store_failed', `the ${what} cannot be kept: ${toErrorData(cause).message}`, { cause })
  }
}
