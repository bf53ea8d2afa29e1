import { toErrorData } from '@geppetto/turns'
import { EngineError, isEngineError } from './engine-error.ts'

/** What a decoder throws is about what it was given to read. */
export function decoding<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (isEngineError(error)) throw error
    const { message } = toErrorData(error)
    throw new EngineError('protocol', `the answer holds something that cannot be read: ${message}`, { cause: error })
  }
}
