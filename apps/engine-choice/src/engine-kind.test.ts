import { describe, expect, it } from 'vitest'
import { isOfAnotherVendor, parseEngineName } from './engine-kind.ts'

describe('parseEngineName', () => {
  it.each([
    ['ollama', 'ollama'],
    ['openai', 'openai-chat'],
    ['claude', 'anthropic'],
  ])('takes %s for %s', (text, name) => expect(parseEngineName(text)).toBe(name))

  it.each([
    ['antropic', /there is no api_type antropic: .* did you mean anthropic\?$/],
    ['gemini', /there is no api_type gemini: registered are openai-responses, .* take openai-chat/],
  ])('refuses %s, saying what there is', (text, message) => expect(() => parseEngineName(text)).toThrow(message))
})

describe('isOfAnotherVendor', () => {
  const openai = { engine: 'openai-chat', baseUrl: 'https://api.openai.com/v1' } as const

  it.each([
    ['claude-haiku-4-5', openai, true],
    ['gpt-5', openai, false],
    ['my-model', openai, false],
    ['claude-haiku-4-5', { ...openai, baseUrl: 'https://gateway.example/v1' }, false],
    ['gpt-5', { engine: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1' }, true],
    ['gpt-oss', { engine: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1' }, false],
    ['gpt-5', { engine: 'eliza' }, false],
  ] as const)('of %s, asked of %j: %s', (model, asked, answer) => expect(isOfAnotherVendor(model, asked)).toBe(answer))
})
