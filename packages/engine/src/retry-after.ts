/** The longest that a provider is believed to ask for, in milliseconds: 30 days. */
const maxWaitMs = 30 * 24 * 60 * 60 * 1000

/**
 * How long a response asks to wait, in milliseconds: by `retry-after-ms`, or by `retry-after` in seconds or as a date; undefined where it does not
 * say, or says what nobody means. A date counts from the response's own, so that no clock is needed.
 */
export function retryAfterMs(header: (name: string) => string | undefined): number | undefined {
  const after = header('retry-after')
  return (
    inRange(readDuration(header('retry-after-ms')), 1) ?? inRange(readDuration(after), 1000) ?? untilDate(after, header)
  )
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function untilDate(after = '', header: (name: string) => string | undefined): number | undefined {
  if (!/^(?:[A-Z][a-z]{2,8},? |\d{4}-\d{2}-\d{2}T)/.test(after)) return undefined
  const waitMs = Date.parse(after) - Date.parse(header('date') ?? '')
  return Number.isNaN(waitMs) ? undefined : inRange(Math.max(0, waitMs), 1)
}

/** In plain digits: `0x10` and `1e300` are numbers to the language, and to no server. */
function readDuration(text = ''): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
}

function inRange(duration: number | undefined, unitMs: number): number | undefined {
  const ms = duration === undefined ? undefined : duration * unitMs
  return ms === undefined || ms > maxWaitMs ? undefined : ms
}
