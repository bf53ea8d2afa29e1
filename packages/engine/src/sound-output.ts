import { adoptFields, type Citation, defined, frozenJson, isTurnError, type Usage } from '@geppetto/turns'
import type { ServerToolEnd } from './adapter.ts'

/**
 * Data of a provider as it can be kept; undefined for what can neither be stored nor sent again, as a number beyond all numbers, or a thousand lists
 * in one another: what belongs to nobody's answer shall not lose the answer.
 */
export function soundJson<T>(value: T): T | undefined {
  try {
    return frozenJson(value, 'it')
  } catch (error) {
    if (!isTurnError(error)) throw error
    return undefined
  }
}

/** A citation, without the provider's own words for it where they cannot be kept. */
export function soundCitation(citation: Citation): Citation | undefined {
  const { raw, ...fields } = citation
  return soundJson(citation) ?? soundJson(fields)
}

/** What a server tool leaves. What it was given and returned is part of what is replayed: without it there is nothing to send back. */
export function soundServerToolEnd({ payload, ...end }: ServerToolEnd): ServerToolEnd {
  const [input, output] = [soundJson(end.input), soundJson(end.output)]
  const isWhole =
    (input === undefined) === (end.input === undefined) && (output === undefined) === (end.output === undefined)
  return defined({ input, output, payload: isWhole ? payload : undefined })
}

/** What was used as it can be counted: a counter that is no finite number of at least 0 is unknown, and so is a record that cannot be kept. */
export function soundUsage({ input, output, source, raw }: Usage): Usage {
  const { uncached, cacheRead, cacheWrite } = input
  const { text, reasoning } = output
  const counters = defined({
    uncached: counter(uncached),
    cacheRead: counter(cacheRead),
    cacheWrite: counter(cacheWrite),
  })
  const sound = {
    input: adoptFields(counters, 'input'),
    output: adoptFields(defined({ text: counter(text), reasoning: counter(reasoning) }), 'output'),
    source,
    ...defined({ raw: soundJson(raw) }),
  }
  return adoptFields(sound, 'usage')
}

function counter(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined
}
