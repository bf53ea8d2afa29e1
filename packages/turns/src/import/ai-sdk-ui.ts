import type { ToolOutcome } from '../block.ts'
import { assistantBlock, type BlockFields, providerBlock, reasoningBlock, toolCallBlock } from '../build-block.ts'
import type { Citation, ContentPart } from '../content.ts'
import { defined } from '../errors.ts'
import { ownJson } from '../own-json.ts'
import { messageKey, readUserParts } from './ai-sdk-input.ts'
import { readSDKFile } from './ai-sdk-media.ts'
import { loseMetadata, metadataOf } from './ai-sdk-metadata.ts'
import { SDKStep } from './ai-sdk-step.ts'
import { isToolPart, readToolPart } from './ai-sdk-tool.ts'
import { addUserContent, losePart } from './content-list.ts'
import { choiceIn, type Fields, fieldsIn, fieldsOf, filledIn, listIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'

/** A part, and where it stands. */
export interface PlacedPart {
  readonly part: unknown
  readonly path: string
}

/**
 * The parts of an assistant's UI message: one step after the other, as `step-start` says, else as the results do. Returns whether something of it becomes
 * a block.
 */
export function addUIAnswer(builder: ImportBuilder, parts: readonly PlacedPart[], facts: BlockFields): boolean {
  const step = new SDKStep(builder)
  const isMarked = parts.some(({ part }) => fieldsOf(part)?.type === 'step-start')
  let extra = facts
  let isSaid = false
  for (const { part: item, path } of parts) {
    const part = fieldsOf(item)
    if (part === undefined) builder.lose(path, 'it is no part')
    else if (part.type === 'step-start') {
      step.end()
    } else if (part.type === 'steering-message') {
      step.end()
      addSteering(builder, part, path)
    } else {
      const goesOn = part.type === 'text' || part.type === 'reasoning'
      if (!isMarked && goesOn && step.hasResults) step.end()
      if (!addPart(builder, step, part, path, extra)) continue
      extra = {}
      isSaid = true
    }
  }
  step.end()
  return isSaid
}

/** What a user said while the model was at work. */
function addSteering(builder: ImportBuilder, part: Fields, path: string): void {
  const id = filledIn(part, 'id')
  const metadata = id === undefined ? {} : { metadata: { [messageKey]: { id } } }
  addUserContent(builder, readUserParts(builder, part.parts, `${path}.parts`), path, metadata)
}

/** Returns whether the part becomes a block. */
function addPart(builder: ImportBuilder, step: SDKStep, part: Fields, path: string, facts: BlockFields): boolean {
  const metadata = metadataOf(part)
  const extra =
    choiceIn(part, 'state', ['streaming', 'done']) === 'streaming' ? { ...facts, complete: false as const } : facts
  if (isToolPart(part) || part.type === 'tool-invocation') return addToolUse(builder, step, part, path, facts)
  switch (part.type) {
    case 'text': {
      const text = textIn(part, 'text') ?? ''
      if (text === '') return false
      const citations = (listIn(part, 'citations') ?? []).flatMap(readCitation)
      const own = citations.length === 0 ? {} : { citations }
      const make = (fields: BlockFields & { readonly citations?: readonly Citation[] }) =>
        assistantBlock(text, { ...fields, ...own })
      step.say(path, { kind: 'text', text, metadata }, make, extra)
      return true
    }
    case 'reasoning':
      return addReasoning(builder, step, part, path, extra)
    case 'source-url':
    case 'source-document':
    case 'source': {
      const source = fieldsIn(part, 'source')
      step.cite(path, readSource(source ?? part))
      return false
    }
    case 'file': {
      const file = readSDKFile(builder, part, path)
      if (file === undefined) losePart(builder, part, path)
      else addFile(builder, step, file, path, extra)
      return file !== undefined
    }
    default:
      losePart(builder, part, path)
      return false
  }
}

function addReasoning(builder: ImportBuilder, step: SDKStep, part: Fields, path: string, extra: BlockFields): boolean {
  const text = textIn(part, 'text') ?? textIn(part, 'reasoning') ?? ''
  // Version 4 has the signatures in a list.
  const details = (listIn(part, 'details') ?? []).map(readDetail)
  const pieces = details.length === 0 ? [{ metadata: metadataOf(part), text }] : details
  if (details.length > 0) {
    loseMetadata(builder, path, metadataOf(part), false)
    if (
      !details
        .map((detail) => detail.text)
        .join('')
        .includes(text)
    )
      builder.lose(`${path}.reasoning`, 'its details count, and do not say it')
  }
  for (const [index, { text, metadata }] of pieces.entries()) {
    const place = details.length === 0 ? path : `${path}.details[${index}]`
    const form = text === '' ? ({ form: 'redacted' } as const) : {}
    step.say(
      place,
      { kind: 'reasoning', text, metadata },
      (fields) => reasoningBlock(text, { ...fields, ...form }),
      extra,
    )
  }
  return pieces.some(({ text }) => text !== '')
}

function readDetail(detail: unknown): { readonly text: string; readonly metadata: Fields } {
  const fields = fieldsOf(detail) ?? {}
  const { signature, data: redactedData } = fields
  return { text: textIn(fields, 'text') ?? '', metadata: { anthropic: { signature, redactedData } } }
}

function readSource(source: Fields): Citation {
  const raw = ownJson(source, 'source').value
  const title = filledIn(source, 'title') ?? filledIn(source, 'filename')
  return defined({ url: filledIn(source, 'url'), title, raw })
}

/** What a text refers to, as version 7 has it in the text's own part. */
function readCitation(citation: unknown): readonly Citation[] {
  const fields = fieldsOf(citation)
  const raw = ownJson(citation, 'citation').value
  if (fields === undefined || raw === undefined) return []
  const number = (name: string) => (typeof fields[name] === 'number' ? fields[name] : undefined)
  const place = { start: number('startIndex'), end: number('endIndex'), text: filledIn(fields, 'citedText') }
  return [{ ...readSource(fieldsIn(fields, 'source') ?? {}), ...defined(place), raw }]
}

/** A file that the model made: shown, and never sent. */
function addFile(builder: ImportBuilder, step: SDKStep, file: ContentPart, path: string, extra: BlockFields): void {
  builder.remark(path, 'a file that the model made can be shown, but no API takes it back')
  const output = ownJson(file, 'file').value
  step.say(
    path,
    { kind: 'other', metadata: {} },
    (fields) => providerBlock('file', { ...fields, ...defined({ output }) }),
    extra,
  )
}

function addToolUse(builder: ImportBuilder, step: SDKStep, part: Fields, path: string, facts: BlockFields): boolean {
  const { callId = builder.nextCallId(), name, input, output } = readToolPart(builder, part, path)
  const metadata = metadataOf(part)
  loseApproval(builder, part, path, output?.outcome)
  if (name === undefined) {
    builder.lose(path, 'it calls no tool by a name')
    return false
  }
  if (choiceIn(part, 'providerExecuted', [true, false]) === true) {
    builder.remark(path, 'what the provider ran itself can be shown, but not sent back')
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
  if (choiceIn(part, 'preliminary', [true, false]) === true)
    builder.remark(path, 'its output is not the last one: what came of the call is not known')
  if (output !== undefined) step.answer(path, callId, output)
  return true
}

/** Of an approval a turn holds what came of it; whoever is still to give it cannot be told of it by its id. */
function loseApproval(builder: ImportBuilder, part: Fields, path: string, outcome: ToolOutcome | undefined): void {
  const approval = fieldsIn(part, 'approval')
  if (approval === undefined || outcome === 'pending') return builder.loseFilled(path, { approval: part.approval })
  // What came of the call says it.
  choiceIn(approval, 'approved', [outcome !== 'denied'])
}
