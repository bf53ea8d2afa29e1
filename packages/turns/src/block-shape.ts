import type { Block, ToolOutcome } from './block.ts'
import { findJsonProblem, findNonJson, freezeJson, isJsonObject } from './json.ts'
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

/** Blocks that were found to be right and are frozen all the way down, so that they stay so. A long history is looked at once. */
const sound = new WeakSet<object>()

/** A part of a block that is not what its kind promises, or that JSON cannot hold. */
export function findBlockProblem(block: unknown): BlockProblem | undefined {
  if (isSound(block)) return undefined
  const malformed = findMalformed(block)
  if (malformed !== undefined) return malformed
  let isFrozen = true
  const notJson = findJsonProblem(block, '', (part) => {
    isFrozen &&= Object.isFrozen(part)
  })
  if (notJson !== undefined) return { code: 'not_json', ...notJson }
  if (isFrozen && isJsonObject(block)) sound.add(block)
  return undefined
}

/** Freezes a new block all the way down, if nothing is wrong with it. */
export function freezeBlock(block: unknown): BlockProblem | undefined {
  if (isSound(block)) return undefined
  const malformed = findMalformed(block)
  if (malformed !== undefined) return malformed
  const notJson = freezeJson(block, '')
  if (notJson !== undefined) return { code: 'not_json', ...notJson }
  if (isJsonObject(block)) sound.add(block)
  return undefined
}

function isSound(block: unknown): boolean {
  return isJsonObject(block) && sound.has(block)
}

/** What is wrong with content parts as a tool, say, gives them, as a path and a reason; undefined when nothing is. */
export function findContentProblem(content: unknown, path: string): string | undefined {
  const problem = contentShape(content)
  return problem === undefined ? findNonJson(content, path) : `${joinField(path, problem.field)} ${problem.message}`
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

const media = { source: mediaSource, mediaType: optional(text) }

const contentPart = taggedObject('type', {
  text: objectWith({ text }),
  image: objectWith({ ...media, detail: optional(oneOf('auto', 'low', 'high')) }),
  file: objectWith({ ...media, name: optional(text) }),
  audio: objectWith(media),
})

const contentShape = listOf(contentPart)

const citation = objectWith({
  url: optional(text),
  title: optional(text),
  text: optional(text),
  start: optional(number),
  end: optional(number),
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
  system: objectWith({ ...base, text }),
  user: objectWith({ ...base, content: filledList(contentPart) }),
  assistant: objectWith({ ...base, text, refusal: optional(oneOf(true)), citations: optional(listOf(citation)) }),
  reasoning: objectWith({
    ...base,
    text,
    form: optional(oneOf('summary', 'redacted')),
    replayable: optional(oneOf(false)),
  }),
  'tool-call': objectWith({ ...base, callId: filledText, name: filledText, input: toolCallInput }),
  'tool-result': objectWith({
    ...base,
    callId: filledText,
    name: filledText,
    outcome: oneOf(...Object.keys(outcomes)),
    content: contentShape,
  }),
  provider: objectWith({ ...base, type: filledText, name: optional(text) }),
  unknown: objectWith({ ...base, stored: plainObject }),
}

const blockShape = taggedObject('kind', kinds)

function filledList(item: Check): Check {
  const list = listOf(item)
  return (value) =>
    Array.isArray(value) && value.length === 0 ? { field: '', message: 'must have at least one part' } : list(value)
}
