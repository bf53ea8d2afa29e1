import { EngineError } from '@geppetto/engine'
import { isJsonObject, type JsonObject, type JsonValue, type ToolChoice, type ToolDefinition } from '@geppetto/turns'
import { type Fillings, toObject } from '../fill/fill-fields.ts'
import { fitsText } from '../fill/fits.ts'
import { minimalValue } from '../fill/minimal-value.ts'
import { enumOf, isList, typeOf } from '../fill/schema.ts'
import { findMatches } from './find-matches.ts'
import { type EarlierCall, followUp } from './follow-up.ts'
import { fillOffer, type Match, type Prompt, readPrompt } from './match.ts'
import { type Offer, readOffer } from './offer.ts'

/** A call that shall be made. */
export interface PlannedCall {
  readonly name: string
  readonly input: JsonObject
}

/** What there is to decide upon. */
export interface CallRequest {
  readonly text: string
  /** Milliseconds since the epoch; says which day "today" is. */
  readonly now: number
  readonly tools: readonly ToolDefinition[]
  readonly choice: ToolChoice
  /** Calls of this prompt, which are not made again. */
  readonly made: readonly EarlierCall[]
  /** The last call of the prompt before. */
  readonly earlier: EarlierCall | undefined
}

/**
 * The tools that a prompt asks for, with arguments from the prompt: one call for each thing. Empty when it asks for none.
 * @throws EngineError `invalid_request` when a tool must be called that is not offered.
 */
export function planCalls(request: CallRequest): readonly PlannedCall[] {
  const { tools, choice, made, text, now } = request
  assertOffered(choice, tools)
  if (choice === 'none' || tools.length === 0) return []
  const isForced = choice !== 'auto'
  // Who has answers gives them, instead of asking on.
  if (!isForced && made.length > 0) return []
  const offers = tools.filter(({ name }) => typeof choice === 'string' || name === choice.tool).map(readOffer)
  const prompt = readPrompt(text, now)
  const matches = matchAll(prompt, offers, request.earlier)
  const calls = matches.map(({ offer, fillings }) => ({ name: offer.tool.name, input: toObject(fillings) }))
  const wanted = calls.length === 0 && isForced ? [forceCall(prompt, offers)] : calls
  const known = new Set(made.map(keyOf))
  return wanted.filter((call) => {
    const key = keyOf(call)
    const isNew = !known.has(key)
    known.add(key)
    return isNew
  })
}

function assertOffered(choice: ToolChoice, tools: readonly ToolDefinition[]): void {
  if (choice === 'auto' || choice === 'none') return
  const names = tools.map(({ name }) => name)
  const isOffered = choice === 'required' ? names.length > 0 : names.includes(choice.tool)
  if (isOffered) return
  const wanted = choice === 'required' ? 'a tool' : `the tool ${choice.tool}`
  const offered = names.length === 0 ? 'no tool is offered' : `offered are ${names.join(', ')}`
  throw new EngineError('invalid_request', `the tool choice says that ${wanted} must be called, but ${offered}`)
}

function matchAll(prompt: Prompt, offers: readonly Offer[], earlier: EarlierCall | undefined): readonly Match[] {
  const matches = findMatches(prompt, offers)
  if (matches.length > 0) return matches
  const next = followUp(prompt, earlier, offers)
  return next === undefined ? [] : [next]
}

/** The tool that the prompt says most for, even if that is nothing, with what can be made of the prompt. */
function forceCall(prompt: Prompt, offers: readonly Offer[]): PlannedCall {
  const matches = offers.map((offer) => fillOffer(prompt, prompt.tokens, offer))
  const best = matches.reduce((one, other) => (other.score > one.score ? other : one))
  return { name: best.offer.tool.name, input: complete(best.offer, best.fillings, prompt.text) }
}

/** What no word of the prompt was found for gets the whole prompt, or the least that fits. */
function complete({ tool, fields }: Offer, fillings: Fillings, text: string): JsonObject {
  const missing = fields.filter((field) => field.isRequired && !fillings.has(field.name))
  const added = missing.map((field): [string, JsonValue] => {
    const isText = ['string', 'any'].includes(typeOf(field.schema)) && enumOf(field.schema) === undefined
    const isFit = isText && fitsText(text, field.schema)
    return [field.name, isFit ? text : minimalValue(field.schema, tool.inputSchema, text)]
  })
  return { ...toObject(fillings), ...Object.fromEntries(added) }
}

/** The same for the same tool with the same arguments, in whatever order. */
function keyOf({ name, input }: EarlierCall): string {
  return `${name} ${canonical(input)}`
}

function canonical(value: JsonValue): string {
  if (isList(value)) return `[${value.map(canonical).join()}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const entries = Object.entries(value).flatMap(([name, item]) =>
    item === undefined ? [] : [`${JSON.stringify(name)}:${canonical(item)}`],
  )
  return `{${entries.sort().join()}}`
}
