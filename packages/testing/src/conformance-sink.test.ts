import { createGrammarChecker, type EventSink, type EventType, jsonPrinter, textPrinter } from '@geppetto/events'
import { yamlPrinter } from '@geppetto/events/yaml'
import { describe, expect, it } from 'vitest'
import { sampleGap, sampleRuns } from './conformance-sample-events.ts'
import { sinkConformance } from './conformance-sink.ts'
import { createGrammarSink } from './grammar-sink.ts'

/** Complete by the compiler. */
const eventTypes: Readonly<Record<EventType, true>> = {
  'run-started': true,
  'run-finished': true,
  'run-cancelled': true,
  'run-failed': true,
  'run-waiting': true,
  'run-rolled-back': true,
  'step-committed': true,
  'provider-call-started': true,
  'provider-call-updated': true,
  'provider-call-retried': true,
  'provider-call-finished': true,
  'text-started': true,
  'text-delta': true,
  'text-finished': true,
  'reasoning-started': true,
  'reasoning-delta': true,
  'reasoning-finished': true,
  'tool-call-started': true,
  'tool-call-delta': true,
  'tool-call-finished': true,
  'tool-execution-started': true,
  'tool-execution-progress': true,
  'tool-execution-finished': true,
  'server-tool-started': true,
  'server-tool-progress': true,
  'server-tool-finished': true,
  citation: true,
  gap: true,
  'debugger-paused': true,
  'debugger-continued': true,
  log: true,
  info: true,
  custom: true,
}

const output = { write: () => true }
const good: Readonly<Record<string, () => EventSink>> = {
  'the text printer': () => textPrinter(output),
  'the JSON printer': () => jsonPrinter(output),
  'the YAML printer': () => yamlPrinter(output),
  'the grammar sink': () => createGrammarSink(),
}

describe.each(Object.entries(good))('%s', (_, createSink) => {
  it.each(sinkConformance({ createSink }))('$name', ({ run }) => run())
})

describe('the sample events', () => {
  const runs = sampleRuns()

  it.each(runs.map((run) => [run.at(-1)?.type, run] as const))('keep the grammar to %s', (_, run) => {
    const checker = createGrammarChecker('run')
    expect(run.map((event) => checker.accept(event)?.message).filter(Boolean)).toEqual([])
    expect(checker.end()).toBeUndefined()
  })

  it('have every type', () => {
    const [first, , , fourth] = runs[0] ?? []
    const gap = first === undefined || fourth === undefined ? [] : [sampleGap(first, fourth)]
    const found = new Set([...runs.flat(), ...gap].map((event) => event.type))
    expect([...found].sort()).toEqual(Object.keys(eventTypes).sort())
  })
})

describe('a broken sink fails the case of the rule that it breaks', () => {
  const never = new Promise<void>(() => {})
  const seen = new Set<string>()
  const broken: readonly (readonly [what: string, rule: RegExp, sink: () => EventSink])[] = [
    [
      'throws on a type that it does not know',
      /of a type that it does not know/,
      () => ({
        publish({ type }) {
          if (!(type in eventTypes)) throw new Error(`what is ${type}?`)
        },
      }),
    ],
    [
      'throws on a field that it does not know',
      /fields that it does not know/,
      () => ({
        publish(event) {
          if ('later' in event) throw new Error('what is later?')
        },
      }),
    ],
    [
      'throws on a gap',
      /a gap at any place/,
      () => ({
        publish({ type }) {
          if (type === 'gap') throw new Error('something is missing')
        },
      }),
    ],
    [
      'throws on merged deltas',
      /deltas that were merged/,
      () => ({
        publish(event) {
          if ('fromSeq' in event && event.type === 'text-delta') throw new Error('one at a time')
        },
      }),
    ],
    [
      'wants every segment from its start',
      /from any place on/,
      () => {
        const open = new Set<string>()
        return {
          publish({ type, correlation: { segmentId = '' } }) {
            if (type === 'text-started') open.add(segmentId)
            if (type === 'text-delta' && !open.has(segmentId)) throw new Error('not open')
          },
        }
      },
    ],
    [
      'wants a higher number each time',
      /in another order/,
      () => {
        let last = 0
        return {
          publish({ seq }) {
            if (seq <= last) throw new Error('backwards')
            last = seq
          },
        }
      },
    ],
    [
      'wants one run',
      /several runs at once/,
      () => {
        let known: string | undefined
        return {
          publish({ correlation: { runId } }) {
            known ??= runId
            if (runId !== known) throw new Error('another run')
          },
        }
      },
    ],
    [
      'wants a run',
      /without a correlation/,
      () => ({
        publish({ correlation: { runId } }) {
          if (runId === undefined) throw new Error('of what?')
        },
      }),
    ],
    [
      'ends at the last event',
      /follow the last one/,
      () => {
        let isOver = false
        return {
          publish({ type }) {
            if (isOver) throw new Error('it was over')
            isOver = type === 'run-finished'
          },
        }
      },
    ],
    [
      'ends at one of the last events alone',
      /every way to end/,
      () => ({
        publish({ type }) {
          if (type === 'run-waiting') throw new Error('what is waiting?')
        },
      }),
    ],
    ['never takes what is cut off', /cut off at any place/, () => ({ publish: () => never })],
    [
      'rejects a long delta',
      /ten thousand deltas/,
      () => ({
        publish: async (event) => {
          if (event.type === 'text-delta' && event.delta.length > 100_000) throw new Error('too long')
        },
      }),
    ],
    [
      'takes one at a time',
      /while it is still busy/,
      () => {
        let isBusy = false
        return {
          async publish() {
            if (isBusy) throw new Error('busy')
            isBusy = true
            await Promise.resolve()
            isBusy = false
          },
        }
      },
    ],
    [
      'writes on events',
      /as they are/,
      () => ({
        publish(event) {
          if (!Object.isFrozen(event)) Object.assign(event, { seen: true })
        },
      }),
    ],
    ['has no room', /in a known way/, () => ({ publish() {}, delivery: { policy: 'drop', capacity: 0 } })],
  ]

  it.each(broken)('%s', async (_, rule, createSink) => {
    const cases = sinkConformance({ createSink, limitMs: 5 })
    const found = cases.filter(({ name }) => rule.test(name))
    expect(found).toHaveLength(1)
    for (const { name, run } of found) {
      seen.add(name)
      await expect(run()).rejects.toThrow(name)
    }
  })

  it('so that every case has caught one', () => {
    const names = sinkConformance({ createSink: createGrammarSink }).map(({ name }) => name)
    expect(names.filter((name) => !seen.has(name))).toEqual([])
  })
})
