import { createEngineBuilder } from '@geppetto/enginebuilder'
import { type EngineBuilder, Session } from '@geppetto/session'
import { assistantText } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createScriptedEngine } from '../src/scripted-engine.ts'

/** Answers every prompt with its name. */
const named = (name: string): EngineBuilder =>
  createEngineBuilder({ base: createScriptedEngine(() => [{ text: name }]) })

describe('the builder of a session', () => {
  it('can be asked for and set between two runs, and the conversation goes on', async () => {
    const [a, b] = [named('A'), named('B')]
    const session = new Session({ builder: a })
    expect(session.builder).toBe(a)
    expect(assistantText(await session.run('one'))).toBe('A')
    session.builder = b
    expect(session.builder).toBe(b)
    expect(assistantText(await session.run('two'))).toBe('B')
    session.builder = a
    await session.run('three')
    expect(session.latest?.blocks.map((block) => (block.kind === 'assistant' ? 'said' : block.kind))).toEqual([
      'user',
      'said',
      'user',
      'said',
      'user',
      'said',
    ])
    expect([session.turnCount, assistantText(session.getTurn(2))]).toEqual([3, 'A'])
  })

  it('stays that of a run that has begun: the next start, also of a prompt that waits, takes the new one', async () => {
    const session = new Session({ builder: named('A') })
    const first = session.submit('one')
    const second = session.submit('two', { whenBusy: 'queue' })
    session.builder = named('B')
    expect(assistantText((await first.wait()).turn)).toBe('A')
    expect(assistantText((await second.wait()).turn)).toBe('B')
  })

  it('goes on where a failed run stopped', async () => {
    const failing = createScriptedEngine([[{ text: 'So far' }, { fail: 'quota' }]])
    const session = new Session({ builder: createEngineBuilder({ base: failing }) })
    expect((await session.submit('one').wait()).status).toBe('failed')
    session.builder = named('B')
    const { status, turn } = await session.startInference().wait()
    expect([status, assistantText(turn), session.turnCount]).toEqual(['completed', 'So farB', 1])
  })

  it('is refused where it is set when it is none, and the one before stays', () => {
    const builder = named('A')
    const session = new Session({ builder })
    const broken: unknown = { base: 'an engine' }
    expect(() => Reflect.set(session, 'builder', broken)).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('createEngineBuilder') }),
    )
    expect(session.builder).toBe(builder)
  })

  it('is that of the fork, unless the fork gets another', async () => {
    const session = new Session({ builder: named('A') })
    await session.run('one')
    session.builder = named('B')
    const [same, other] = [session.fork(), session.fork({ at: 0, builder: named('C') })]
    expect([same.builder === session.builder, other.builder === session.builder]).toEqual([true, false])
    expect(assistantText(await other.run('two'))).toBe('C')
    expect(assistantText(await same.run('two'))).toBe('B')
    session.builder = named('D')
    expect(assistantText(await same.run('three'))).toBe('B')
  })
})
