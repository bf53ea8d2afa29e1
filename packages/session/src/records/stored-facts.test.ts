import { describe, expect, it } from 'vitest'
import { decodeRecord } from './session-record.ts'

const place = { sessionId: 's', record: 0 }

describe('what a record tells beside turns', () => {
  it('has the tags that it was given, whatever their names', () => {
    const tags: unknown = JSON.parse('{"__proto__":"mine","constructor":"too"}')
    const said = { kind: 'user', id: 'b', createdAt: 1, metadata: {}, content: [{ type: 'text', text: 'Hi' }] }
    const facts = { runId: 'r', isUrgent: false, submittedAt: 1 }
    const record = decodeRecord({ v: 1, type: 'prompt-queued', ...facts, said, tags }, place)
    expect(record?.type === 'prompt-queued' && Object.entries(record.tags ?? {})).toEqual([
      ['__proto__', 'mine'],
      ['constructor', 'too'],
    ])
  })

  it('has the outer causes of an error, however many there are', () => {
    let error: object = { name: 'Error', code: 'inner', message: '' }
    for (let depth = 0; depth < 50_000; depth++) error = { name: 'Error', code: `${depth}`, message: '', cause: error }
    const record = decodeRecord({ v: 1, type: 'prompt-ended', runId: 'r', state: 'failed', error }, place)
    const codes: string[] = []
    let next = record?.type === 'prompt-ended' ? record.error : undefined
    for (; next !== undefined; next = next.cause) codes.push(next.code)
    expect(codes.slice(0, 2)).toEqual(['49999', '49998'])
    expect(codes.length).toBeLessThan(100)
  })
})
