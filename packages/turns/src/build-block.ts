import type {
  AssistantBlock,
  Block,
  BlockBase,
  ProviderBlock,
  ReasoningBlock,
  SystemBlock,
  ToolCallBlock,
  ToolOutcome,
  ToolResultBlock,
  UserBlock,
} from './block.ts'
import { madeBlock } from './block-shape.ts'
import type { ContentPart, TextPart } from './content.ts'
import { quote, TurnError } from './errors.ts'
import { adoptFields, emptyObject } from './own-json.ts'
import { findUnreadableParts } from './unreadable-parts.ts'

/**
 * What a builder takes beside the content. `id` and `createdAt` default to a random id and the machine's time; pass them to be
 * deterministic. What is passed is copied, and stays changeable.
 */
export type BlockFields = Partial<BlockBase>

/** What the system tells the model. @throws TurnError `invalid_block` when the text is empty or a field is not what it should be. */
export function systemBlock(text: string, fields: BlockFields = {}): SystemBlock {
  return made({ kind: 'system', ...base(fields), text: requireText(text, 'system', 'text') })
}

/** What a user says: a text, or parts. @throws TurnError `invalid_block` when there is nothing in it, or a part is not what it should be. */
export function userBlock(content: string | readonly ContentPart[], fields: BlockFields = {}): UserBlock {
  if (typeof content === 'string') requireText(content, 'user', 'content')
  const block = made<UserBlock>({ kind: 'user', ...base(fields), content: contentParts(content) })
  for (const [index, part] of block.content.entries())
    if (part.type === 'text') requireText(part.text, 'user', `content[${index}].text`)
  return block
}

/** What the model says. May be empty: a model may say nothing. @throws TurnError `invalid_block` */
export function assistantBlock(
  text: string,
  fields: BlockFields & Partial<Pick<AssistantBlock, 'refusal' | 'citations'>> = {},
): AssistantBlock {
  const { refusal, citations } = fields
  return made({
    kind: 'assistant',
    ...base(fields),
    text,
    ...(refusal === undefined ? undefined : { refusal }),
    ...(citations === undefined ? undefined : { citations }),
  })
}

/** What the model thinks, as far as the provider shows it. @throws TurnError `invalid_block` */
export function reasoningBlock(
  text: string,
  fields: BlockFields & Partial<Pick<ReasoningBlock, 'form' | 'replayable'>> = {},
): ReasoningBlock {
  const { form, replayable } = fields
  return made({
    kind: 'reasoning',
    ...base(fields),
    text,
    ...(form === undefined ? undefined : { form }),
    ...(replayable === undefined ? undefined : { replayable }),
  })
}

/** A call of a tool by the model. @throws TurnError `invalid_block` when id or name is empty, or the input is no {@link ToolCallInput}. */
export function toolCallBlock(
  call: Pick<ToolCallBlock, 'callId' | 'name' | 'input'>,
  fields: BlockFields = {},
): ToolCallBlock {
  return made({ kind: 'tool-call', ...base(fields), callId: call.callId, name: call.name, input: call.input })
}

/** What came of a call: a text or parts. @throws TurnError `invalid_block` when id or name is empty, or a part is not what it should be. */
export function toolResultBlock(
  result: {
    readonly callId: string
    readonly name: string
    readonly outcome: ToolOutcome
    readonly content: string | readonly ContentPart[]
  },
  fields: BlockFields = {},
): ToolResultBlock {
  const { callId, name, outcome } = result
  const content = contentParts(result.content)
  return made({ kind: 'tool-result', ...base(fields), callId, name, outcome, content })
}

/** Something that a provider did or keeps on its side. @throws TurnError `invalid_block` when the type is empty. */
export function providerBlock(
  type: string,
  fields: BlockFields & Partial<Pick<ProviderBlock, 'name' | 'input' | 'output'>> = {},
): ProviderBlock {
  const { name, input, output } = fields
  return made({
    kind: 'provider',
    ...base(fields),
    type,
    ...(name === undefined ? undefined : { name }),
    ...(input === undefined ? undefined : { input }),
    ...(output === undefined ? undefined : { output }),
  })
}

/** A text part. */
export function textPart(text: string): TextPart {
  return { type: 'text', text }
}

function base(fields: BlockFields): BlockBase {
  const { runId, author, complete, native } = fields
  return {
    id: fields.id ?? `blk_${crypto.randomUUID()}`,
    createdAt: fields.createdAt ?? Date.now(),
    ...(runId === undefined ? undefined : { runId }),
    ...(author === undefined ? undefined : { author }),
    ...(complete === undefined ? undefined : { complete }),
    metadata: fields.metadata ?? emptyObject,
    ...(native === undefined ? undefined : { native }),
  }
}

function contentParts(content: string | readonly ContentPart[]): readonly ContentPart[] {
  return typeof content === 'string' ? adoptFields([adoptFields(textPart(content), 'content')], 'content') : content
}

function made<B extends Block>(block: B): B {
  const { block: own, problem } = madeBlock(block)
  // True because the copy has the same data.
  if (own !== undefined) return readable(own as B)
  throw new TurnError('invalid_block', `a ${block.kind} block cannot be made: ${problem.message}`, {
    field: problem.field,
  })
}

function readable<B extends Block>(block: B): B {
  const [wrong] = findUnreadableParts(block)
  if (wrong === undefined) return block
  const { index, part, reason } = wrong
  const message = `a ${block.kind} block cannot be made: the ${part.type} in content[${index}] ${reason}`
  throw new TurnError('invalid_block', message, { field: `content[${index}].source.data` })
}

function requireText(text: string, kind: string, field: string): string {
  if (typeof text === 'string' && text.trim() !== '') return text
  throw new TurnError(
    'invalid_block',
    `a ${kind} block cannot be made: ${field} must be a text that says something, not ${quote(text)}`,
    { field },
  )
}
