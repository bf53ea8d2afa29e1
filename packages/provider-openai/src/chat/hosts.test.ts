import type { ContentPart } from '@geppetto/turns'
import { systemBlock, textPart, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { prepareFor, turnOf } from './chat.test-helper.ts'
import { detectHost, type HostName, hostTable, quirksOf } from './hosts.ts'

describe('which host it is', () => {
  it.each([
    ['api.openai.com', 'openai'],
    ['eu.api.openai.com', 'openai'],
    ['mine.openai.azure.com', 'azure'],
    ['mine.services.ai.azure.com', 'azure'],
    ['api.deepseek.com', 'deepseek'],
    ['generativelanguage.googleapis.com', 'gemini'],
    ['api.groq.com', 'groq'],
    ['api.mistral.ai', 'mistral'],
    ['openrouter.ai', 'openrouter'],
    ['api.x.ai', 'xai'],
    ['localhost:11434', 'ollama'],
    ['127.0.0.1:1234', 'lm-studio'],
    ['localhost:8000', 'compatible'],
    ['openrouter.ai.example.com', 'compatible'],
    ['notopenrouter.ai', 'compatible'],
    ['evil-api.openai.com', 'compatible'],
  ])('%s is %s', (host, name) => {
    expect(detectHost(host)).toBe(name)
  })

  it('is what the options say, whole or in part', () => {
    expect(quirksOf('vllm', 'api.openai.com')).toBe(hostTable.vllm)
    expect(quirksOf({ seedField: 'none' }, 'api.groq.com')).toEqual({ ...hostTable.groq, seedField: 'none' })
    expect(quirksOf(undefined, 'api.groq.com')).toBe(hostTable.groq)
  })
})

const audio: ContentPart = { type: 'audio', source: { type: 'base64', data: 'AA' }, mediaType: 'audio/mpeg' }
const image: ContentPart = { type: 'image', source: { type: 'url', url: 'https://a/b.png' }, detail: 'low' }
const file: ContentPart = { type: 'file', source: { type: 'base64', data: 'AA' }, mediaType: 'application/pdf' }

describe('media', () => {
  it('goes along in parts', () => {
    const kept: ContentPart = {
      type: 'file',
      source: { type: 'provider-file', api: 'openai-responses', fileId: 'f-1' },
    }
    const { messages } = prepareFor(turnOf(userBlock([textPart('See'), image, file, audio, kept])), { host: 'openai' })
    expect(messages[0]?.['content']).toEqual([
      { type: 'text', text: 'See' },
      { type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'low' } },
      { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,AA' } },
      { type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } },
      { type: 'file', file: { file_id: 'f-1' } },
    ])
  })

  it.each<[string, HostName, ContentPart]>([
    ['an image at a host of text', 'deepseek', image],
    ['an image by address at a host that fetches none', 'ollama', image],
    [
      'an image by file id',
      'openai',
      { type: 'image', source: { type: 'provider-file', api: 'openai-chat', fileId: 'f' } },
    ],
    [
      'an image of another type',
      'openai',
      { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/svg+xml' },
    ],
    ['a file without a type', 'openai', { type: 'file', source: { type: 'base64', data: 'AA' } }],
    ['bytes without a type', 'openai', { type: 'image', source: { type: 'base64', data: 'AA' } }],
    ['a file by address', 'openai', { type: 'file', source: { type: 'url', url: 'https://a/b.pdf' } }],
    [
      'a file that another API keeps',
      'openai',
      { type: 'file', source: { type: 'provider-file', api: 'x', fileId: 'f' } },
    ],
    ['a file at a host without', 'groq', file],
    ['audio of another format', 'openai', { ...audio, mediaType: 'audio/ogg' }],
    ['audio by address', 'openai', { type: 'audio', source: { type: 'url', url: 'https://a/b.mp3' } }],
  ])('is refused before anything is sent: %s', (_what, host, part) => {
    const block = userBlock([textPart('See'), part])
    expect(() => prepareFor(turnOf(block), { host })).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(block.id) }),
    )
  })
})

describe.each(Object.keys(hostTable).filter((name): name is HostName => Object.hasOwn(hostTable, name)))(
  'the host %s',
  (host) => {
    it('gets the plain conversation as it is', () => {
      const { messages, codes } = prepareFor(turnOf(systemBlock('S'), userBlock('Q')), { host })
      expect(messages).toEqual([
        { role: 'system', content: 'S' },
        { role: 'user', content: 'Q' },
      ])
      expect(codes).toEqual([])
    })
  },
)
