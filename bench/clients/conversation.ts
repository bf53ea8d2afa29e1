import type { Message } from './client.ts'

export const models = { chat: 'gpt-4o-mini', responses: 'gpt-4o-mini', anthropic: 'claude-sonnet-4-5' } as const

/** So many earlier messages (an even number), of about 220 characters each. */
export function priorMessages(count: number): Message[] {
  const said = 'some earlier words of the conversation, '.repeat(5)
  return Array.from({ length: count - (count % 2) }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `message ${index}: ${said}`.trimEnd(),
  }))
}

export const question: Message = { role: 'user', content: 'Say something long.' }
