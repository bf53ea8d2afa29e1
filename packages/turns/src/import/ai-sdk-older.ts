import type { PlacedPart } from './ai-sdk-ui.ts'
import { type Fields, fieldsIn, fieldsOf, filledIn, jsonText, listIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { givenOf } from './reading.ts'

/**
 * The parts that a message without any would have: its calls, step by step, then its reasoning and its text, which the SDK puts there itself. Undefined
 * where it says nothing but its content.
 */
export function olderParts(message: Fields, path: string): readonly PlacedPart[] | undefined {
  const { content } = message
  const invocations = listIn(message, 'toolInvocations') ?? []
  const reasoning = filledIn(message, 'reasoning')
  if (Array.isArray(content) || (invocations.length === 0 && reasoning === undefined)) return undefined
  const calls = invocations.map((item, index) => {
    const toolInvocation = fieldsOf(item)
    const part = toolInvocation && { type: 'tool-invocation', toolInvocation }
    return { part, path: `${path}.toolInvocations[${index}]`, step: Number(toolInvocation?.step ?? 0) }
  })
  const steps = [...new Set(calls.map(({ step }) => step))].sort((a, b) => a - b)
  const text = textIn(message, 'content') ?? ''
  return [
    ...steps.flatMap((step) => [stepStart, ...calls.filter((call) => call.step === step)]),
    ...(steps.length === 0 ? [] : [stepStart]),
    ...(reasoning === undefined ? [] : [{ part: { type: 'reasoning', text: reasoning }, path: `${path}.reasoning` }]),
    ...(text === '' ? [] : [{ part: { type: 'text', text }, path: `${path}.content` }]),
  ]
}

const stepStart: PlacedPart = { part: { type: 'step-start' }, path: '' }

/** Tells of what the older fields of a message say, and its parts, which count, do not. */
export function loseUnsaid(builder: ImportBuilder, message: Fields, path: string): void {
  const parts = (listIn(message, 'parts') ?? []).map((part) => fieldsOf(part) ?? {})
  const textsOf = (type: string) =>
    parts.flatMap((part) => (part.type === type ? [textIn(part, 'text') ?? textIn(part, 'reasoning') ?? ''] : []))
  const reason = 'its parts count, and do not say it'
  const content = filledIn(message, 'content')
  if (content !== undefined && !textsOf('text').join('').includes(content)) builder.lose(`${path}.content`, reason)
  const isText =
    content !== undefined || message.content === undefined || message.content === null || message.content === ''
  if (!isText) builder.lose(`${path}.content`, reason)
  const reasoning = filledIn(message, 'reasoning')
  if (reasoning !== undefined && !textsOf('reasoning').join('').includes(reasoning))
    builder.lose(`${path}.reasoning`, reason)
  const known = new Map(
    parts.map((part) => {
      const call = fieldsIn(part, 'toolInvocation') ?? part
      return [textIn(call, 'toolCallId'), jsonText(givenOf(call))]
    }),
  )
  for (const [index, call] of (listIn(message, 'toolInvocations') ?? []).entries()) {
    const said = known.get(textIn(fieldsOf(call), 'toolCallId'))
    if (said === undefined) builder.lose(`${path}.toolInvocations[${index}]`, reason)
    // What says the same twice is read.
    else if (said === jsonText(givenOf(call))) jsonText(call)
  }
}
