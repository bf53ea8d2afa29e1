import {
  type Block,
  type ContentPart,
  type JsonValue,
  structuredOutputKey,
  type Turn,
  toolDefinitionsKey,
} from '@geppetto/turns'

/** About how many tokens a request has, by part: a guess by length, for meters and warnings. What a provider counts differs, for code and for media most. */
export interface TokenEstimate {
  readonly total: number
  /** The system blocks. */
  readonly system: number
  /** The definitions of the tools that are offered. */
  readonly tools: number
  /** All blocks but the system ones. */
  readonly messages: number
  /** The schema that the answer must fit. */
  readonly outputSchema: number
  /** Each block of the conversation, in order. */
  readonly blocks: readonly BlockEstimate[]
}

/** How many tokens a request has. */
export interface TokenCount {
  readonly tokens: number
  /** Whether they are guessed, as by {@link estimateTokens}, because the API does not count. */
  readonly isEstimate: boolean
}

/** What one block adds to the request. */
export interface BlockEstimate {
  readonly blockId: string
  readonly kind: Block['kind']
  readonly tokens: number
}

/** One token of English is about 4 characters; counted in bytes, texts of other scripts, which need more tokens, come out right enough too. */
const bytesPerToken = 4

/** What says whose words these are, around each block. */
const tokensPerBlock = 4

/** Whatever its size: an image scaled as the APIs do it, a short recording, two pages of a document. */
const tokensPerPart = { image: 1_000, 'image in low detail': 85, audio: 1_000, file: 3_000 }

/**
 * Estimates the tokens of the request that is made of `turn`: about 4 characters each; 1,000 for an image (85 in low detail) or a recording, 3,000 for
 * a file. Asks nobody. For the provider's own number see `Engine.countTokens`.
 */
export function estimateTokens(turn: Turn): TokenEstimate {
  const blocks = turn.blocks.map(
    (block): BlockEstimate => ({ blockId: block.id, kind: block.kind, tokens: tokensOfBlock(block) }),
  )
  const sumOf = (wanted: (kind: Block['kind']) => boolean): number =>
    blocks.reduce((sum, { kind, tokens }) => sum + (wanted(kind) ? tokens : 0), 0)
  const system = sumOf((kind) => kind === 'system')
  const messages = sumOf((kind) => kind !== 'system')
  const tools = tokensOfValue(toolDefinitionsKey.read(turn.data))
  const outputSchema = tokensOfValue(structuredOutputKey.read(turn.data))
  return { total: system + tools + messages + outputSchema, system, tools, messages, outputSchema, blocks }
}

function tokensOfBlock(block: Block): number {
  const tokens = tokensSaid(block)
  return tokens === 0 ? 0 : tokens + tokensPerBlock
}

function tokensSaid(block: Block): number {
  switch (block.kind) {
    case 'system':
    case 'assistant':
      return tokensOfText(block.text)
    case 'reasoning':
      if (block.replayable === false) return 0
      // What is encrypted or redacted is in the provider's own form alone.
      return block.text === '' ? tokensOfValue(block.native?.payload) : tokensOfText(block.text)
    case 'user':
    case 'tool-result':
      return tokensOfContent(block.content)
    case 'tool-call':
      return (
        tokensOfText(block.name) +
        (block.input.state === 'parsed' ? tokensOfValue(block.input.value) : tokensOfText(block.input.raw))
      )
    case 'provider':
      return tokensOfValue(block.native?.payload ?? [block.name ?? block.type, block.input ?? '', block.output ?? ''])
    case 'unknown':
      return 0
    default:
      return block satisfies never
  }
}

function tokensOfContent(content: readonly ContentPart[]): number {
  return content.reduce((sum, part) => sum + tokensOfPart(part), 0)
}

function tokensOfPart(part: ContentPart): number {
  if (part.type === 'text') return tokensOfText(part.text)
  return tokensPerPart[part.type === 'image' && part.detail === 'low' ? 'image in low detail' : part.type]
}

function tokensOfValue(value: object | JsonValue | undefined): number {
  return value === undefined ? 0 : tokensOfText(JSON.stringify(value))
}

function tokensOfText(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / bytesPerToken)
}
