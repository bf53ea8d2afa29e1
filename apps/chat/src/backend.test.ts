import { isSessionBusyError } from '@geppetto/session'
import { assistantText } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { ChatBackend } from './backend.ts'
import { says, saysAndHangs, scriptedEngine, scriptedSession } from './scripted-engine.test-helper.ts'

const { signal } = new AbortController()

describe('ChatBackend', () => {
  it('answers, and has the conversation', async () => {
    const backend = new ChatBackend(scriptedSession(scriptedEngine(says('Hi.'), says('Bye.'))), { signal })
    expect(backend.conversation).toBeUndefined()
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'completed' })
    expect(await backend.start('I must go').finished).toMatchObject({ status: 'completed' })
    expect(backend.conversation?.blocks.map(({ kind }) => kind)).toEqual(['user', 'assistant', 'user', 'assistant'])
  })

  it('keeps what was said before a cancel, and takes the next prompt as soon as it is over', async () => {
    const said = Promise.withResolvers<void>()
    const engine = scriptedEngine(saysAndHangs('It all be', said.resolve), says('Again.'))
    const backend = new ChatBackend(scriptedSession(engine), { signal })
    const { handle, finished } = backend.start('Tell me')
    await said.promise
    void handle.cancel('user')
    const result = await finished
    expect(result).toMatchObject({ status: 'cancelled', stop: 'user' })
    expect(assistantText(result.turn)).toBe('It all be')
    const next = await backend.start('Once more').finished
    expect(next.status).toBe('completed')
  })

  it('does not start twice at the same time, and the first goes on', async () => {
    const backend = new ChatBackend(scriptedSession(scriptedEngine(says('Hi.'))), { signal })
    const { finished } = backend.start('Hello')
    expect(() => backend.start('Hello?')).toThrow(expect.toSatisfy(isSessionBusyError))
    expect(await finished).toMatchObject({ status: 'completed' })
    expect(backend.conversation?.blocks).toHaveLength(2)
  })

  it('refuses an empty prompt and keeps the conversation as it was', () => {
    const backend = new ChatBackend(scriptedSession(scriptedEngine()), { signal, timeoutMs: 1000 })
    expect(() => backend.start('')).toThrow(expect.objectContaining({ code: 'invalid_block' }))
    expect(backend.conversation).toBeUndefined()
  })

  it('ends an answer whose time is up, and gives the next one the whole time again', async () => {
    const engine = scriptedEngine(saysAndHangs('Slow'), says('Quick.'))
    const backend = new ChatBackend(scriptedSession(engine), { signal, timeoutMs: 20 })
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'cancelled', stop: 'deadline' })
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'completed' })
  })

  it('ends the answer with the program, with the reason that the program has', async () => {
    const ending = new AbortController()
    const engine = scriptedEngine(saysAndHangs('Slow', () => ending.abort('shutdown')))
    const backend = new ChatBackend(scriptedSession(engine), { signal: ending.signal })
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'cancelled', stop: 'shutdown' })
  })
})
