import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { Event, EventSink } from '@geppetto/events'
import { Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { assistantText, usageTotals } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGrammarSink } from '../../src/grammar-sink.ts'
import { liveTargets } from './live-targets.ts'

const lookUp = defineTool({
  name: 'look_up',
  description: 'Looks up the secret word that belongs to a colour.',
  input: z.object({ colour: z.string() }),
  effects: 'none',
  execute: ({ colour }) => (colour.toLowerCase().includes('blue') ? 'heron' : 'unknown'),
})

for (const { name, missing, createEngine } of liveTargets(process.env)) {
  // Past the reporter, which shows nothing of tests that are left out.
  if (missing !== undefined) process.stderr.write(`not tried: ${name}: ${missing}\n`)

  describe.skipIf(missing !== undefined)(name, () => {
    const setUp = (...sinks: readonly EventSink[]) => {
      const grammar = createGrammarSink()
      const builder = createEngineBuilder({ base: createEngine(), tools: [lookUp], eventSinks: [grammar, ...sinks] })
      return { grammar, session: new Session({ builder }) }
    }

    it('answers, streamed, and says what it used', async () => {
      const { grammar, session } = setUp()
      const { status, turn, usage } = await session.submit('Say the word hello, and nothing else.').wait()
      expect(status).toBe('completed')
      expect(assistantText(turn).toLowerCase()).toContain('hello')
      expect(usage === undefined ? 0 : usageTotals(usage).output).toBeGreaterThan(0)
      grammar.assertComplete()
    }, 120_000)

    it('calls a tool, and goes on from its result', async () => {
      const { grammar, session } = setUp()
      const { status, turn } = await session.submit('Use look_up to find the secret word of blue, and say it.').wait()
      expect(status).toBe('completed')
      expect(turn.blocks.some((block) => block.kind === 'tool-result' && block.outcome === 'ok')).toBe(true)
      expect(assistantText(turn).toLowerCase()).toContain('heron')
      grammar.assertComplete()
    }, 120_000)

    it('stops at once, keeps what it had said, and goes on', async () => {
      const stopAtText: EventSink = {
        publish(event: Event) {
          if (event.type === 'text-delta' && session.turnCount === 1) void session.cancelActive()
        },
      }
      const { grammar, session } = setUp(stopAtText)
      const { status } = await session.submit('Count from one to five hundred in words.').wait()
      expect(status).toBe('cancelled')
      expect((await session.submit('Say the word hello, and nothing else.').wait()).status).toBe('completed')
      grammar.assertComplete()
    }, 120_000)
  })
}
