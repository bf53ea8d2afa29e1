import { EngineError, type EngineErrorCode } from '@geppetto/engine'
import { defined, type ErrorData } from '@geppetto/turns'

/** An error like the one that was recorded, as far as data tells: its name, message, code and causes. */
export function restoreError(data: ErrorData | undefined): Error {
  if (data === undefined) return new Error('it failed without an error')
  const { name, code, message, cause: causeData, ...facts } = data
  const cause = causeData === undefined ? undefined : restoreError(causeData)
  if (name === 'EngineError')
    // True because an EngineError was recorded, and its code is one of these.
    return new EngineError(code as EngineErrorCode, message, { ...facts, ...defined({ cause }) })
  const error = new Error(message, cause === undefined ? undefined : { cause })
  return Object.assign(error, { name, ...facts, ...(code === 'unknown' ? undefined : { code }) })
}
