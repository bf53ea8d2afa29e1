import type { Event } from '@geppetto/events'
import { assistantText, createTurn, printTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { ChatBackend } from './backend.ts'
import { type EngineStep, says, saysAndHangs, scriptedBuilder, scriptedEngine } from './scripted-engine.test-helper.ts'
import { SessionShelf } from './sessions/shelf.ts'

const { signal } = new AbortController()

/** Chats with one store, as of several terminals, in the session `trip`. */
async function chats(...scripts: readonly EngineStep[][]): Promise<ChatBackend[]> {
  const shelf = new SessionShelf()
  const made = scripts.map((steps) => new ChatBackend(scriptedBuilder(scriptedEngine(...steps)), { signal }, shelf))
  for (const chat of made) await chat.openOrBegin('trip')
  return made
}

const textOf = (chat: ChatBackend) => printTurn(chat.conversation ?? createTurn())

describe('a session with two chats', () => {
  it('is one also when both begin it, and each reads what the other has said before it goes on', async () => {
    const [one, two] = await chats([says('Hi.')], [says('Fine.')])
    if (one === undefined || two === undefined) throw new Error('two chats')
    await one.start('Hello').finished
    expect(await two.catchUp()).toEqual({ kind: 'changed' })
    expect(await two.catchUp()).toEqual({ kind: 'current' })
    await two.start('How are you?').finished
    expect(await one.catchUp()).toEqual({ kind: 'changed' })
    expect(textOf(one)).toBe('[user] Hello\n[assistant] Hi.\n[user] How are you?\n[assistant] Fine.\n')
  })

  it('shows the other who holds it, what is said, and lets it be stopped', async () => {
    const said = Promise.withResolvers<void>()
    const [one, two] = await chats([saysAndHangs('It all be', said.resolve)], [])
    if (one === undefined || two === undefined) throw new Error('two chats')
    const { finished } = one.start('Hello')
    await said.promise
    const standing = await two.catchUp()
    if (standing.kind !== 'held') throw new Error('it is held')
    expect(standing.active.holder).toBe(`process ${process.pid}`)
    const events: Event[] = []
    const asked = Promise.withResolvers<string>()
    const watcher = {
      onStart: () => asked.resolve(textOf(two)),
      sink: { publish: (event: Event) => void events.push(event) },
    }
    const watching = two.watch(standing.active, watcher, signal)
    expect(await asked.promise).toBe('[user] Hello\n')
    await two.cancelElsewhere()
    expect(await finished).toMatchObject({ status: 'cancelled', stop: 'user' })
    expect(await watching).toBe('ended')
    expect(await two.watch(standing.active, watcher, signal)).toBe('missed')
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run-started', 'run-cancelled']))
    expect(assistantText(two.conversation ?? createTurn())).toBe('It all be')
    expect(two.isInterrupted).toBe(false)
  })

  it('is watched from the step that it has come to: what was committed before is not told again', async () => {
    const said = Promise.withResolvers<void>()
    const [one, two] = await chats([says('Hi.'), saysAndHangs('It all be', said.resolve)], [])
    if (one === undefined || two === undefined) throw new Error('two chats')
    await one.start('Hello').finished
    const { handle } = one.start('And?')
    await said.promise
    const standing = await two.catchUp()
    if (standing.kind !== 'held') throw new Error('it is held')
    const events: Event[] = []
    const heard = Promise.withResolvers<void>()
    const sink = {
      publish(event: Event) {
        events.push(event)
        heard.resolve()
      },
    }
    const leave = new AbortController()
    const watching = two.watch(standing.active, { onStart: () => {}, sink }, leave.signal)
    await heard.promise
    leave.abort()
    expect(await watching).toBe('left')
    expect(events.every(({ epoch }) => epoch === events[0]?.epoch && epoch !== 1)).toBe(true)
    await handle.cancel()
  })

  it('takes a prompt in line behind the answer of the other, who asks it, and shows and withdraws it before', async () => {
    const said = Promise.withResolvers<void>()
    const [one, two] = await chats([saysAndHangs('It all be', said.resolve), says('Fine.')], [])
    if (one === undefined || two === undefined) throw new Error('two chats')
    const first = one.start('Hello')
    await said.promise
    const put = await two.line.put('How are you?')
    const dropped = await two.line.put('Never mind')
    expect([put.isKept, dropped.isKept]).toEqual([true, true])
    expect((await two.line.list()).map(({ prompt, state }) => [prompt, state])).toEqual(
      ['How are you?', 'Never mind'].map((text) => [[{ type: 'text', text }], 'stored']),
    )
    expect(await two.line.withdraw(dropped.answer.handle.runId)).toBe(true)
    expect(await dropped.answer.finished).toMatchObject({ status: 'cancelled' })
    await first.handle.cancel('user')
    expect(one.line.active?.handle.runId).toBe(put.answer.handle.runId)
    expect((await put.answer.finished).status).toBe('completed')
    await two.catchUp()
    expect([textOf(two), two.line.known]).toEqual([textOf(one), []])
    expect(textOf(two)).toContain('[user] How are you?\n[assistant] Fine.\n')
  })

  it('begins a prompt that waited by itself where the other is gone, and says so to who goes on', async () => {
    const said = Promise.withResolvers<void>()
    const [one, two] = await chats([saysAndHangs('It all be', said.resolve)], [saysAndHangs('Fi')])
    if (one === undefined || two === undefined) throw new Error('two chats')
    one.start('Hello')
    await said.promise
    const { answer } = await two.line.put('How are you?')
    await one.close()
    await expect.poll(() => answer.handle.state, { timeout: 10_000 }).toBe('running')
    expect(await two.catchUp()).toEqual({ kind: 'answering' })
    await two.close()
    expect(await answer.finished).toMatchObject({ status: 'cancelled', stop: 'shutdown' })
  })

  it('goes on in a copy where the other has deleted it', async () => {
    const [one, two] = await chats([says('Hi.'), says('Fine.')], [])
    if (one === undefined || two === undefined) throw new Error('two chats')
    await one.start('Hello').finished
    await two.shelf.store.delete('trip')
    expect(await one.catchUp()).toEqual({ kind: 'current' })
    expect((await one.start('How are you?').finished).status).toBe('completed')
    expect(one.name).toBe('trip')
    expect(await one.shelf.list()).toMatchObject([{ metadata: { title: 'trip', turns: 2 } }])
  })
})

describe('a session of the chat', () => {
  it('has its branches, also after it was opened again', async () => {
    const [chat] = await chats([says('One.'), says('Two.'), says('Three.')])
    if (chat === undefined) throw new Error('a chat')
    await chat.start('Hello').finished
    await chat.retry()?.finished
    await chat.edit('Good day')?.finished
    await chat.reopen()
    const [point] = chat.branchPoints()
    expect(point?.choices.map(({ prompt, answer, isCurrent }) => [prompt, answer, isCurrent])).toEqual([
      ['Hello', 'One.', false],
      ['Hello', 'Two.', false],
      ['Good day', 'Three.', true],
    ])
    await chat.checkout(point?.choices[1]?.tipId ?? '')
    await chat.reopen()
    expect(textOf(chat)).toBe('[user] Hello\n[assistant] Two.\n')
  })

  it('forks, and leaves the other as it is', async () => {
    const [chat] = await chats([says('One.'), says('Two.'), says('Three.')])
    if (chat === undefined) throw new Error('a chat')
    await chat.start('Hello').finished
    await chat.start('And you?').finished
    await chat.fork(1)
    expect([chat.name, textOf(chat)]).toEqual(['trip-fork', '[user] Hello\n[assistant] One.\n'])
    await chat.openOrBegin('trip')
    expect(chat.turnCount).toBe(2)
  })
})
