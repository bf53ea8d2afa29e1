import { assistantBlock, type BlockFields, providerBlock, reasoningBlock, toolCallBlock } from '../build-block.ts'
import type { Citation, ContentPart } from '../content.ts'
import { defined } from '../errors.ts'
import { ownJson } from '../own-json.ts'
import { readSDKFile } from './ai-sdk-media.ts'
import { loseMetadata, metadataNames, metadataOf, SDKStep } from './ai-sdk-step.ts'
import { isToolPart, readToolPart } from './ai-sdk-tool.ts'
import { losePart } from './content-list.ts'
import { type Fields, fieldsIn, fieldsOf, filledIn, listIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'

/** The parts of an assistant's UI message: one step after the other, as `step-start` says, else as the results do. */
export function addUIAnswer(builder: ImportBuilder, parts: readonly unknown[], path: string, facts: BlockFields): void {
  const step = new SDKStep(builder)
  const isMarked = parts.some((part) => fieldsOf(part)?.type === 'step-start')
  let extra = facts
  for (const [index, item] of parts.entries()) {
    const place = `${path}[${index}]`
    const part = fieldsOf(item)
    if (part === undefined) builder.lose(place, 'it is no part')
    else if (part.type === 'step-start') step.end()
    else {
      const goesOn = part.type === 'text' || part.type === 'reasoning'
      if (!isMarked && goesOn && step.hasResults) step.end()
      if (addPart(builder, step, part, place, extra)) extra = {}
    }
  }
  step.end()
}

/** Returns whether the part becomes a block. */
function addPart(builder: ImportBuilder, step: SDKStep, part: Fields, path: string, facts: BlockFields): boolean {
  const metadata = metadataOf(part)
  const extra = part.state === 'streaming' ? { ...facts, complete: false as const } : facts
  if (isToolPart(part) || part.type === 'tool-invocation') return addToolUse(builder, step, part, path, facts)
  switch (part.type) {
    case 'text': {
      const text = textIn(part, 'text') ?? ''
      builder.loseOthers(path, part, 'type', 'text', 'state', ...metadataNames)
      if (text === '') return false
      step.say(path, { kind: 'text', text, metadata }, (fields) => assistantBlock(text, fields), extra)
      return true
    }
    case 'reasoning':
      return addReasoning(step, part, path, extra)
    case 'source-url':
    case 'source-document':
    case 'source':
      step.cite(path, readSource(fieldsIn(part, 'source') ?? part))
      return false
    case 'file': {
      const file = readSDKFile(part)
      if (file === undefined) losePart(builder, part, path)
      else addFile(builder, step, file, path, extra)
      return file !== undefined
    }
    default:
      losePart(builder, part, path)
      return false
  }
}

function addReasoning(step: SDKStep, part: Fields, path: string, extra: BlockFields): boolean {
  const details = (listIn(part, 'details') ?? []).map((detail) => fieldsOf(detail) ?? {})
  const own = { metadata: metadataOf(part), text: textIn(part, 'text') ?? textIn(part, 'reasoning') ?? '' }
  // Version 4 has the signatures in a list.
  const pieces = details.length === 0 ? [own] : details.map(readDetail)
  for (const { text, metadata } of pieces) {
    const form = text === '' ? ({ form: 'redacted' } as const) : {}
    step.say(
      path,
      { kind: 'reasoning', text, metadata },
      (fields) => reasoningBlock(text, { ...fields, ...form }),
      extra,
    )
  }
  return pieces.some(({ text }) => text !== '')
}

function readDetail(detail: Fields): { readonly text: string; readonly metadata: Fields } {
  const { signature, data: redactedData } = detail
  return { text: textIn(detail, 'text') ?? '', metadata: { anthropic: { signature, redactedData } } }
}

function readSource(source: Fields): Citation {
  const raw = ownJson(source, 'source').value
  const title = filledIn(source, 'title') ?? filledIn(source, 'filename')
  return defined({ url: filledIn(source, 'url'), title, raw })
}

/** A file that the model made: shown, and never sent. */
function addFile(builder: ImportBuilder, step: SDKStep, file: ContentPart, path: string, extra: BlockFields): void {
  builder.lose(path, 'a file that the model made can be shown, but no API takes it back')
  const output = ownJson(file, 'file').value
  step.say(
    path,
    { kind: 'other', metadata: {} },
    (fields) => providerBlock('file', { ...fields, ...defined({ output }) }),
    extra,
  )
}

const toolFields: readonly string[] = [
  'type',
  'toolCallId',
  'toolName',
  'state',
  'input',
  'rawInput',
  'inputEncoding',
  'output',
  'errorText',
  'providerExecuted',
  'preliminary',
  'dynamic',
  'toolInvocation',
]

function addToolUse(builder: ImportBuilder, step: SDKStep, part: Fields, path: string, facts: BlockFields): boolean {
  const { callId = builder.nextCallId(), name, input, output } = readToolPart(part)
  const metadata = metadataOf(part)
  loseMetadata(builder, path, fieldsIn(part, 'resultProviderMetadata') ?? {}, false)
  const isWaiting = output?.outcome === 'pending'
  builder.loseOthers(path, part, ...toolFields, ...metadataNames, ...(isWaiting ? [] : ['approval']))
  if (name === undefined) {
    builder.lose(path, 'it calls no tool by a name')
    return false
  }
  if (part.providerExecuted === true) {
    builder.lose(path, 'what the provider ran itself can be shown, but not sent back')
    const inner = {
      input: ownJson(part.input, 'input').value,
      output: ownJson(part.output ?? part.errorText, 'output').value,
    }
    const make = (fields: BlockFields) =>
      providerBlock('provider-executed-tool', { ...fields, name, ...defined(inner) })
    step.say(path, { kind: 'other', metadata }, make, facts)
    return true
  }
  const extra = input.state === 'incomplete' ? { ...facts, complete: false as const } : facts
  const call = { callId, name, input }
  step.say(path, { kind: 'call', ...call, metadata }, (fields) => toolCallBlock(call, fields), extra)
  if (part.preliminary === true)
    builder.lose(path, 'its output is not the last one: what came of the call is not known')
  if (output !== undefined) step.answer(path, callId, output)
  return true
}
