import { contentText, type ToolCallBlock, type ToolResultBlock, type Turn } from '@geppetto/turns'

/** A call of a tool, and what came of it. */
export interface Exchange {
  readonly call: ToolCallBlock
  readonly result: ToolResultBlock | undefined
}

/** What a user said at once, and the calls that were made for it. */
export interface Round {
  readonly text: string
  /** What he sent beside text: `image`, `file`, `audio`. */
  readonly media: readonly string[]
  /** When he said it, in milliseconds since the epoch. */
  readonly saidAt: number
  readonly exchanges: readonly Exchange[]
}

/** The rounds of a conversation, the current one last. What the system says is for models: ELIZA cannot follow it. */
export function readRounds(turn: Turn): readonly Round[] {
  const rounds: { texts: string[]; media: string[]; saidAt: number; calls: ToolCallBlock[] }[] = []
  const results = new Map<string, ToolResultBlock>()
  let isOpen = false
  for (const block of turn.blocks) {
    switch (block.kind) {
      case 'user': {
        if (!isOpen) rounds.push({ texts: [], media: [], saidAt: block.createdAt, calls: [] })
        isOpen = true
        const round = rounds.at(-1)
        const text = contentText(block.content)
        if (text.trim() !== '') round?.texts.push(text)
        round?.media.push(...block.content.map(({ type }) => type).filter((type) => type !== 'text'))
        break
      }
      case 'tool-call':
        isOpen = false
        rounds.at(-1)?.calls.push(block)
        break
      case 'tool-result':
        results.set(block.callId, block)
        break
      case 'assistant':
      case 'reasoning':
      case 'provider':
        isOpen = false
        break
      case 'system':
      case 'unknown':
        break
    }
  }
  return rounds.map(({ texts, media, saidAt, calls }) => ({
    text: texts.join('\n'),
    media,
    saidAt,
    exchanges: calls.map((call) => ({ call, result: results.get(call.callId) })),
  }))
}
