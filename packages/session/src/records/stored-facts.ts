import { defined, type ErrorData, frozenJson, type JsonObject, type Usage } from '@geppetto/turns'
import { type RecordPlace, refuse, requireObject } from '../contract/stored-field.ts'

/** @throws SessionError `invalid_stored_session` */
export function readUsage(place: RecordPlace, stored: unknown, field: string): Usage {
  const usage = requireObject(place, stored, field)
  const { source, raw } = usage
  if (source !== 'reported' && source !== 'partial' && source !== 'estimated')
    return refuse(place, `${field}.source`, `${field}.source must be reported, partial or estimated`)
  const input = counters(place, usage.input, `${field}.input`, ['uncached', 'cacheRead', 'cacheWrite'])
  const output = counters(place, usage.output, `${field}.output`, ['text', 'reasoning'])
  return { input, output, source, ...defined({ raw: raw === undefined ? undefined : frozenJson(raw, `${field}.raw`) }) }
}

function counters<Name extends string>(
  place: RecordPlace,
  stored: unknown,
  field: string,
  names: readonly Name[],
): { readonly [K in Name]?: number } {
  const counted = requireObject(place, stored, field)
  const kept: { [K in Name]?: number } = {}
  for (const name of names) {
    const value = counted[name]
    if (typeof value === 'number') kept[name] = value
    else if (value !== undefined) refuse(place, `${field}.${name}`, `${field}.${name} must be a number`)
  }
  return kept
}

/** Of more causes, one within the other, than anybody records, the innermost are left out. */
const maxCauses = 16

/** @throws SessionError `invalid_stored_session` */
export function readErrorData(
  place: RecordPlace,
  stored: unknown,
  field: string,
  causes: number = maxCauses,
): ErrorData {
  const error = requireObject(place, stored, field)
  const { retryable, status, retryAfterMs, cause } = error
  // What was thrown may have had empty ones.
  const text = (name: string): string =>
    textOf(error, name) ?? refuse(place, `${field}.${name}`, `${field}.${name} must be a text`)
  return {
    name: text('name'),
    code: text('code'),
    message: text('message'),
    ...defined({
      retryable: typeof retryable === 'boolean' ? retryable : undefined,
      status: typeof status === 'number' ? status : undefined,
      providerCode: textOf(error, 'providerCode'),
      requestId: textOf(error, 'requestId'),
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
      cause:
        cause === undefined || causes === 0 ? undefined : readErrorData(place, cause, `${field}.cause`, causes - 1),
    }),
  }
}

function textOf(error: JsonObject, name: string): string | undefined {
  const text = error[name]
  return typeof text === 'string' ? text : undefined
}
