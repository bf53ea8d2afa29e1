import { type Block, contentText, type Turn } from '@geppetto/turns'
import { splitWords } from './limits.ts'

/** How many words a turn holds: ELIZA has no tokens, so a word counts as one. */
export function countInput(turn: Turn): number {
  return turn.blocks.reduce((sum, block) => sum + splitWords(textOf(block)).length, 0)
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'system':
    case 'assistant':
    case 'reasoning':
      return block.text
    case 'user':
    case 'tool-result':
      return contentText(block.content)
    case 'tool-call':
      return block.input.state === 'parsed' ? JSON.stringify(block.input.value) : block.input.raw
    case 'provider':
    case 'unknown':
      return ''
  }
}
