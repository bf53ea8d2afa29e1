import { isJsonObject } from '@geppetto/turns'
import { type BodyTaker, textTaker } from './answer-body.ts'
import type { BodyForm } from './body-form.ts'
import { EngineError } from './engine-error.ts'
import { maxForeignLength, notTheApi } from './not-the-api.ts'
import { withoutSecrets } from './sent-secrets.ts'
import type { WireResponse } from './transport.ts'

/** Reads a body that is no stream of events, and hands its JSON over. @param address where the request went, without secrets. */
export function jsonTaker(
  form: BodyForm | undefined,
  address: () => string,
  response: WireResponse,
  onJson: (json: unknown, text: string) => void,
): BodyTaker {
  if (form === 'json') return textTaker((text) => onJson(parseJson(text, response), text))
  return textTaker((text) => {
    if (form === undefined) throw new EngineError('protocol', 'the answer has an empty body')
    throw notTheApi(address(), form === 'page' ? 'a page' : 'a text', text, response)
  }, maxForeignLength)
}

/** An error that a host wraps into a list, as Google does; undefined where the list is something else. */
export function errorInList(json: unknown): unknown {
  const first: unknown = Array.isArray(json) ? json[0] : undefined
  return isJsonObject(first) && isJsonObject(first.error) ? first : undefined
}

function parseJson(text: string, response: WireResponse): unknown {
  try {
    return JSON.parse(beforeEvents(text))
  } catch {
    // The parser's own words quote the answer, and with it what may be a key.
    const shown = withoutSecrets(text, response.secrets).slice(0, 120)
    throw new EngineError('protocol', `the answer is no whole JSON: ${shown}`)
  }
}

/** Some hosts put the mark of a stream's end behind an error that is no event. */
function beforeEvents(text: string): string {
  const end = text.search(/[\r\n](?:data|event):/)
  return end < 0 ? text : text.slice(0, end)
}
