import { assistantBlock, type Block, userBlock } from '@geppetto/turns'
import type { Message } from '../client.ts'

export function toBlocks(messages: readonly Message[]): Block[] {
  return messages.map(({ role, content }) => (role === 'user' ? userBlock(content) : assistantBlock(content)))
}
