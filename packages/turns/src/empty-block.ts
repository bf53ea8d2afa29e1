import type { Block } from './block.ts'

/** Whether a block says nothing, shows nothing, and holds nothing that its provider wants back. */
export function isEmptyBlock(block: Block): boolean {
  switch (block.kind) {
    case 'system':
      return isBlank(block.text)
    case 'user':
      return block.content.every((part) => part.type === 'text' && isBlank(part.text))
    case 'assistant':
    case 'reasoning':
      return isBlank(block.text) && block.native === undefined
    case 'tool-call':
    case 'tool-result':
    case 'provider':
    case 'unknown':
      return false
  }
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}
