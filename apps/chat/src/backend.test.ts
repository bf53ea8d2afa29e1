import { isSessionBusyError } from '@geppetto/session'
import { assistantText, createTurn, printTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { ChatBackend } from './backend.ts'
import {
  type EngineStep,
  fails,
  says,
  saysAndHangs,
  scriptedBuilder,
  scriptedEngine,
} from './scripted-engine.test-helper.ts'

const { signal } = new AbortController()

describe('ChatBackend', () => {
  it('answers, and has the conversation', async () => {
    const backend = new ChatBackend(scriptedBuilder(scriptedEngine(says('Hi.'), says('Bye.'))), { signal })
    expect(backend.conversation).toBeUndefined()
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'completed' })
    expect(await backend.start('I must go').finished).toMatchObject({ status: 'completed' })
    expect(backend.conversation?.blocks.map(({ kind }) => kind)).toEqual(['user', 'assistant', 'user', 'assistant'])
  })

  it('keeps what was said before a cancel, and takes the next prompt as soon as it is over', async () => {
    const said = Promise.withResolvers<void>()
    const engine = scriptedEngine(saysAndHangs('It all be', said.resolve), says('Again.'))
    const backend = new ChatBackend(scriptedBuilder(engine), { signal })
    const { handle, finished } = backend.start('Tell me')
    await said.promise
    void handle.cancel('user')
    const result = await finished
    expect(result).toMatchObject({ status: 'cancelled', stop: 'user' })
    expect(assistantText(result.turn)).toBe('It all be')
    const next = await backend.start('Once more').finished
    expect(next.status).toBe('completed')
  })

  it('goes on with another engine from the next answer on', async () => {
    const backend = new ChatBackend(scriptedBuilder(scriptedEngine(says('One.'))), { signal })
    await backend.start('Hello').finished
    backend.answerWith(scriptedBuilder(scriptedEngine(says('Two.'), says('Three.'))))
    expect(assistantText((await backend.start('And you?').finished).turn)).toBe('Two.')
    backend.startAnew()
    expect(backend.conversation).toBeUndefined()
    expect(assistantText((await backend.start('Hello').finished).turn)).toBe('Three.')
  })

  it('asks the last prompt again, from where it was asked first', async () => {
    const seen: string[] = []
    const sees =
      (answer: EngineStep): EngineStep =>
      (ctx, turn) => {
        seen.push(printTurn(turn))
        return answer(ctx, turn)
      }
    const engine = scriptedEngine(says('Hi.'), sees(fails), sees(says('Fine.')))
    const backend = new ChatBackend(scriptedBuilder(engine), { signal })
    expect(backend.retry()).toBeUndefined()
    await backend.start('Hello').finished
    expect((await backend.start('How are you?').finished).status).toBe('failed')
    const again = await backend.retry()?.finished
    expect([again?.status, seen[1]]).toEqual(['completed', seen[0]])
    expect(seen[0]).toBe('[user] Hello\n[assistant] Hi.\n[user] How are you?\n')
    expect(backend.lastPrompt).toEqual([{ type: 'text', text: 'How are you?' }])
  })

  it('asks the first prompt again too', async () => {
    const backend = new ChatBackend(scriptedBuilder(scriptedEngine(fails, says('Hi.'))), { signal })
    await backend.start('Hello').finished
    expect((await backend.retry()?.finished)?.status).toBe('completed')
    expect(backend.conversation?.blocks).toHaveLength(2)
  })

  it('keeps an answer that is complete when asking again brings none, and not what had failed before', async () => {
    const said = Promise.withResolvers<void>()
    const engine = scriptedEngine(fails, saysAndHangs('It all', said.resolve), says('Good.'), fails)
    const backend = new ChatBackend(scriptedBuilder(engine), { signal })
    await backend.start('Tell me').finished
    const second = backend.retry()
    await said.promise
    void second?.handle.cancel('user')
    await second?.finished
    expect(assistantText(backend.conversation ?? createTurn())).toBe('It all')
    await backend.retry()?.finished
    const failed = await backend.retry()?.finished
    expect(failed?.status).toBe('failed')
    expect(backend.conversation?.id).not.toBe(failed?.turn.id)
    expect(assistantText(backend.conversation ?? createTurn())).toBe('Good.')
  })

  it('drops the last prompt with what came of it, one after the other', async () => {
    const engine = scriptedEngine(says('Hi.'), fails, says('Bye.'))
    const backend = new ChatBackend(scriptedBuilder(engine), { signal })
    await backend.start('Hello').finished
    await backend.start('How are you?').finished
    await backend.undo()
    await backend.start('I must go').finished
    expect(printTurn(backend.conversation ?? createTurn())).toBe(
      '[user] Hello\n[assistant] Hi.\n[user] I must go\n[assistant] Bye.\n',
    )
    await backend.undo()
    await backend.undo()
    expect(backend.conversation).toBeUndefined()
    await backend.undo()
    expect(backend.conversation).toBeUndefined()
  })

  it('changes nothing of the conversation while an answer is on its way', async () => {
    const backend = new ChatBackend(scriptedBuilder(scriptedEngine(says('Hi.'), says('Bye.'))), { signal })
    await backend.start('Hello').finished
    const { finished } = backend.start('I must go')
    await expect(backend.undo()).rejects.toSatisfy(isSessionBusyError)
    for (const change of [() => backend.retry(), () => backend.edit('Hi'), () => backend.startAnew()])
      expect(change).toThrow(expect.toSatisfy(isSessionBusyError))
    expect((await finished).status).toBe('completed')
    expect(backend.conversation?.blocks).toHaveLength(4)
  })

  it('does not start twice at the same time, and the first goes on', async () => {
    const backend = new ChatBackend(scriptedBuilder(scriptedEngine(says('Hi.'))), { signal })
    const { finished } = backend.start('Hello')
    expect(() => backend.start('Hello?')).toThrow(expect.toSatisfy(isSessionBusyError))
    expect(await finished).toMatchObject({ status: 'completed' })
    expect(backend.conversation?.blocks).toHaveLength(2)
  })

  it('refuses an empty prompt and keeps the conversation as it was', () => {
    const backend = new ChatBackend(scriptedBuilder(scriptedEngine()), { signal, timeoutMs: 1000 })
    expect(() => backend.start('')).toThrow(expect.objectContaining({ code: 'invalid_block' }))
    expect(backend.conversation).toBeUndefined()
  })

  it('ends an answer whose time is up, and gives the next one the whole time again', async () => {
    const engine = scriptedEngine(saysAndHangs('Slow'), says('Quick.'))
    const backend = new ChatBackend(scriptedBuilder(engine), { signal, timeoutMs: 500 })
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'cancelled', stop: 'deadline' })
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'completed' })
  })

  it('ends the answer with the program, with the reason that the program has', async () => {
    const ending = new AbortController()
    const engine = scriptedEngine(saysAndHangs('Slow', () => ending.abort('shutdown')))
    const backend = new ChatBackend(scriptedBuilder(engine), { signal: ending.signal })
    expect(await backend.start('Hello').finished).toMatchObject({ status: 'cancelled', stop: 'shutdown' })
  })
})
