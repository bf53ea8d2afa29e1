import type { Block, ToolOutcome } from './block.ts'
import type { ContentPart } from './content.ts'
import { quote } from './errors.ts'
import { isJsonObject } from './json.ts'
import { findBytesProblem } from './media-bytes.ts'
import { adoptJson, ownJson } from './own-json.ts'
import { isMarkedBlock, markBlock } from './own-mark.ts'
import type { Check } from './shape.ts'
import {
  filledText,
  joinField,
  listOf,
  number,
  objectWith,
  oneOf,
  optional,
  plainObject,
  present,
  taggedObject,
  text,
} from './shape.ts'

/** What is wrong with a block, whatever stands around it. */
export interface BlockProblem {
  readonly code: 'malformed_block' | 'not_json'
  /** Where in the block; empty when it is no block at all. */
  readonly field: string
  readonly message: string
}

type OwnedBlock =
  | { readonly block: Block; readonly problem?: undefined }
  | { readonly block?: undefined; readonly problem: BlockProblem }

/** The one door for blocks: the same block so that nobody can change it, which is `value` itself where it was made here, else a copy. */
export function ownBlock(value: unknown): OwnedBlock {
  if (isOwnBlock(value)) return { block: value }
  return blockOf(ownJson(value, ''))
}

/** The same for one that was just made here, and that nobody else has. */
export function madeBlock(fields: object): OwnedBlock {
  return blockOf(adoptJson(fields, ''))
}

function blockOf({ value: data, problem: notJson }: ReturnType<typeof ownJson>): OwnedBlock {
  if (notJson !== undefined) return { problem: { code: 'not_json', ...notJson } }
  const malformed = findMalformed(data)
  if (malformed !== undefined) return { problem: malformed }
  remember(data)
  return { block: data }
}

/** Its shape was just looked at, and need not be again. */
function remember(data: unknown): asserts data is Block {
  if (typeof data === 'object' && data !== null) markBlock(data)
}

/** Whether the block was made here. */
export function isOwnBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && isMarkedBlock(value)
}

/** What is wrong with content parts as a tool, say, gives them, as a path and a reason; undefined when nothing is. */
export function findContentProblem(content: unknown, path: string): string | undefined {
  const { value, problem } = ownJson(content, path)
  if (problem !== undefined) return problem.message
  const malformed = contentShape(value)
  if (malformed !== undefined) return `${joinField(path, malformed.field)} ${malformed.message}`
  const parts: unknown = value
  if (!isContent(parts)) return undefined
  for (const [index, part] of parts.entries()) {
    const reason = findBytesProblem(part)
    if (reason !== undefined) return `${joinField(path, `[${index}]`)} ${reason}`
  }
  return undefined
}

/** Its shape was just looked at. */
function isContent(value: unknown): value is readonly ContentPart[] {
  return Array.isArray(value)
}

/** Whether a value can stand in the content of a block. */
export function isContentPart(value: unknown): boolean {
  const { value: data, problem } = ownJson(value, '')
  return problem === undefined && contentPart(data) === undefined
}

function findMalformed(block: unknown): BlockProblem | undefined {
  const problem = blockShape(block)
  if (problem === undefined) return undefined
  const { field } = problem
  return {
    code: 'malformed_block',
    field,
    message: field === '' ? `a block ${problem.message}` : `${field} ${problem.message}`,
  }
}

const outcomes: Readonly<Record<ToolOutcome, true>> = {
  ok: true,
  error: true,
  denied: true,
  'timed-out': true,
  cancelled: true,
  'not-run': true,
  unknown: true,
  pending: true,
}

const mediaSource = taggedObject('type', {
  base64: objectWith({ data: text }),
  url: objectWith({ url: filledText }),
  'provider-file': objectWith({ api: filledText, fileId: filledText }),
})

const contentPart = taggedObject('type', {
  text: objectWith({ text }),
  image: mediaWith({ detail: optional(oneOf('auto', 'low', 'high')) }),
  file: mediaWith({ name: optional(text) }),
  audio: mediaWith({}),
})

/* @__NO_SIDE_EFFECTS__ */
function mediaWith(fields: Readonly<Record<string, Check>>): Check {
  return objectWith({ source: mediaSource, mediaType: optional(text), ...fields })
}

const contentShape = listOf(contentPart)

const citation = objectWith({
  url: optional(text),
  title: optional(text),
  text: optional(text),
  start: optional(number),
  end: optional(number),
  place: optional(objectWith({ unit: oneOf('character', 'page', 'block'), start: number, end: number })),
})

const toolCallInput = taggedObject('state', {
  parsed: objectWith({ value: present }),
  incomplete: objectWith({ raw: text }),
  malformed: objectWith({ raw: text }),
})

const base = {
  id: filledText,
  createdAt: number,
  runId: optional(text),
  author: optional(text),
  complete: optional(oneOf(false)),
  metadata: plainObject,
  native: optional(objectWith({ api: filledText, host: text, model: text, group: text, payload: present })),
}

const kinds: Readonly<Record<Block['kind'], Check>> = {
  system: blockWith({ text }),
  user: blockWith({ content: filledList(contentPart) }),
  assistant: blockWith({ text, refusal: optional(oneOf(true)), citations: optional(listOf(citation)) }),
  reasoning: blockWith({
    text,
    form: optional(oneOf('summary', 'redacted')),
    replayable: optional(oneOf(false)),
  }),
  'tool-call': blockWith({ callId: filledText, name: filledText, input: toolCallInput }),
  'tool-result': blockWith({
    callId: filledText,
    name: filledText,
    outcome: oneOfFields(outcomes),
    content: contentShape,
  }),
  provider: blockWith({ type: filledText, name: optional(text) }),
  unknown: (block) => unknownBlock(block) ?? sameId(block),
}

/* @__NO_SIDE_EFFECTS__ */
function blockWith(fields: Readonly<Record<string, Check>>): Check {
  return objectWith({ ...base, ...fields })
}

/* @__NO_SIDE_EFFECTS__ */
function oneOfFields(fields: object): Check {
  return oneOf(...Object.keys(fields))
}

/** What is written back is what is stored: it must be read again as the same block, of a kind that is still none of ours. */
const unknownBlock = blockWith({ stored: objectWith({ id: filledText, kind: foreignKind }) })

function foreignKind(kind: unknown): ReturnType<Check> {
  const isOurs = typeof kind === 'string' && kind !== 'unknown' && Object.hasOwn(kinds, kind)
  return isOurs ? { field: '', message: `must be a kind that nobody knows here, not ${quote(kind)}` } : filledText(kind)
}

function sameId(block: unknown): ReturnType<Check> {
  if (!isJsonObject(block) || !isJsonObject(block.stored) || block.stored.id === block.id) return undefined
  return { field: 'stored.id', message: `must be the block’s id ${quote(block.id)}, not ${quote(block.stored.id)}` }
}

const blockShape = taggedObject('kind', kinds)

/* @__NO_SIDE_EFFECTS__ */
function filledList(item: Check): Check {
  const list = listOf(item)
  return (value) =>
    Array.isArray(value) && value.length === 0 ? { field: '', message: 'must have at least one part' } : list(value)
}
