import type {
  AssistantBlock,
  BlockBase,
  ProviderBlock,
  ReasoningBlock,
  SystemBlock,
  ToolCallBlock,
  ToolOutcome,
  ToolResultBlock,
  UserBlock,
} from './block.ts'
import type { ContentPart } from './content.ts'
import { quote, TurnError } from './errors.ts'
import { deepFreeze, emptyObject } from './json.ts'

/** What a builder takes beside the content. `id` and `createdAt` default to a random id and the machine's time; pass them to be deterministic. */
export type BlockFields = Partial<BlockBase>

/** What the system tells the model. @throws TurnError `invalid_block` when the text is empty. */
export function systemBlock(text: string, fields: BlockFields = {}): SystemBlock {
  return deepFreeze({ kind: 'system', ...base(fields), text: requireText(text, 'system') })
}

/** What a user says: a text, or parts. @throws TurnError `invalid_block` when there is nothing in it. */
export function userBlock(content: string | readonly ContentPart[], fields: BlockFields = {}): UserBlock {
  const parts = typeof content === 'string' ? [textPart(requireText(content, 'user'))] : [...content]
  if (parts.length === 0)
    throw new TurnError('invalid_block', 'a user block needs at least one content part', { field: 'content' })
  for (const [index, part] of parts.entries())
    if (part.type === 'text') requireText(part.text, 'user', `content[${index}].text`)
  return deepFreeze({ kind: 'user', ...base(fields), content: parts })
}

/** What the model says. May be empty: a model may say nothing. */
export function assistantBlock(
  text: string,
  fields: BlockFields & Partial<Pick<AssistantBlock, 'refusal' | 'citations'>> = {},
): AssistantBlock {
  return deepFreeze({ kind: 'assistant', ...fields, ...base(fields), text })
}

/** What the model thinks, as far as the provider shows it. */
export function reasoningBlock(
  text: string,
  fields: BlockFields & Partial<Pick<ReasoningBlock, 'form' | 'replayable'>> = {},
): ReasoningBlock {
  return deepFreeze({ kind: 'reasoning', ...fields, ...base(fields), text })
}

/** A call of a tool by the model. @throws TurnError `invalid_block` when id or name is empty. */
export function toolCallBlock(
  call: Pick<ToolCallBlock, 'callId' | 'name' | 'input'>,
  fields: BlockFields = {},
): ToolCallBlock {
  requireText(call.callId, 'tool-call', 'callId')
  requireText(call.name, 'tool-call', 'name')
  return deepFreeze({ kind: 'tool-call', ...base(fields), callId: call.callId, name: call.name, input: call.input })
}

/** What came of a call. A text or parts. */
export function toolResultBlock(
  result: {
    readonly callId: string
    readonly name: string
    readonly outcome: ToolOutcome
    readonly content: string | readonly ContentPart[]
  },
  fields: BlockFields = {},
): ToolResultBlock {
  requireText(result.callId, 'tool-result', 'callId')
  const content = typeof result.content === 'string' ? [textPart(result.content)] : [...result.content]
  const { callId, name, outcome } = result
  return deepFreeze({ kind: 'tool-result', ...base(fields), callId, name, outcome, content })
}

/** Something that a provider did or keeps on its side. */
export function providerBlock(
  type: string,
  fields: BlockFields & Partial<Pick<ProviderBlock, 'name' | 'input' | 'output'>> = {},
): ProviderBlock {
  return deepFreeze({ kind: 'provider', ...fields, ...base(fields), type: requireText(type, 'provider', 'type') })
}

/** A text part. */
export function textPart(text: string): ContentPart {
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

function requireText(text: string, kind: string, field = 'text'): string {
  if (typeof text !== 'string' || text.trim() === '')
    throw new TurnError(
      'invalid_block',
      `${field} of a ${kind} block must be a text that says something, not ${quote(text)}`,
      { field },
    )
  return text
}
