import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { jsonPrinter } from './json-printer.ts'
import type { PrinterOptions, PrinterOutput } from './printer.ts'
import { recordRichRun } from './rich-run.test-helper.ts'
import type { EventSink } from './sink.ts'
import { yamlPrinter } from './yaml.ts'

type MakePrinter = (output: PrinterOutput, options?: PrinterOptions) => EventSink

const events = recordRichRun()

function print(makePrinter: MakePrinter, options?: PrinterOptions): string {
  let printed = ''
  const printer = makePrinter({ write: (text: string) => (printed += text) }, options)
  for (const event of events) printer.publish(event)
  return printed
}

const readJson = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
const readYaml = (text: string): unknown[] => parseAllDocuments(text).map((document): unknown => document.toJS())

const printers: [string, MakePrinter, (text: string) => unknown[]][] = [
  ['JSON', jsonPrinter, readJson],
  ['YAML', yamlPrinter, readYaml],
]

describe.each(printers)('the %s printer', (_name, makePrinter, read) => {
  it('prints what came of things, without numbers, times and ids of events', () => {
    const printed = read(print(makePrinter))
    expect(printed).toMatchObject([
      { type: 'run-started', tags: { from: 'test' } },
      { type: 'provider-call-started', degradations: [{ code: 'reasoning-dropped', blockId: 'blk-old' }] },
      { type: 'reasoning-finished', text: 'Two cities, so two calls.' },
      { type: 'server-tool-finished' },
      { type: 'text-finished', text: 'I look at both.', outcome: 'completed' },
      { type: 'tool-call-finished', input: { state: 'parsed', value: { city: 'Oslo' } } },
      { type: 'tool-call-finished' },
      { type: 'provider-call-finished' },
      { type: 'tool-execution-finished', outcome: 'ok', content: [{ type: 'text', text: 'snow' }] },
      { type: 'tool-execution-finished' },
      { type: 'provider-call-started' },
      { type: 'text-finished', text: 'It is ra', outcome: 'failed' },
      { type: 'provider-call-finished', record: { outcome: 'failed', error: { code: 'overloaded' } } },
      { type: 'run-rolled-back' },
      { type: 'provider-call-started' },
      { type: 'log', level: 'warn' },
      { type: 'text-finished' },
      { type: 'custom', name: 'acme.mood', data: 'wet' },
      { type: 'provider-call-finished' },
      { type: 'run-finished', stop: 'end_turn' },
    ])
    expect(printed[7]).toEqual({
      type: 'provider-call-finished',
      record: {
        api: 'test-api',
        host: 'test.example',
        model: 'test-1',
        outcome: 'completed',
        stop: 'tool_calls',
        providerStop: 'tool_use',
        usage: { input: { uncached: 10 }, output: {}, source: 'reported' },
      },
    })
    for (const name of ['v', 'seq', 'time', 'correlation'])
      expect(printed.filter((event) => Object.hasOwn(Object(event), name))).toEqual([])
  })

  it('prints every event with `full`', () => {
    const types = read(print(makePrinter, { full: true })).map((event) => Reflect.get(Object(event), 'type'))
    expect(types).toEqual(events.map(({ type }) => type))
  })

  it('prints the events whole with `withMetadata`', () => {
    expect(read(print(makePrinter, { full: true, withMetadata: true }))).toEqual(events)
  })
})

it('leave out the beginning of a call whose request needed no rewrite', () => {
  for (const makePrinter of [jsonPrinter, yamlPrinter]) {
    let printed = ''
    const printer = makePrinter({ write: (text: string) => (printed += text) })
    for (const event of events)
      if (event.type === 'provider-call-started') {
        const { degradations: _, ...started } = event
        printer.publish(started)
      }
    expect(printed).toBe('')
  }
})

it('prints one JSON object a line', () => {
  const lines = print(jsonPrinter).split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.at(-1)).toBe('{"type":"run-finished","stop":"end_turn"}')
})

it('prints YAML documents that stand for themselves, with a line before each', () => {
  const printed = print(yamlPrinter, { withMetadata: true })
  expect(printed.startsWith('---\ntype: run-started\n')).toBe(true)
  expect(printed).not.toMatch(/[&*]a1/)
})

it('holds up the run while the output is full', async () => {
  for (const makePrinter of [jsonPrinter, yamlPrinter]) {
    const drained: (() => void)[] = []
    const printer = makePrinter({ write: () => false, once: (_event, listener) => drained.push(listener) })
    const [event] = events
    const pressure = event && printer.publish(event)
    expect(pressure).toBeInstanceOf(Promise)
    for (const resolve of drained) resolve()
    await pressure
  }
})
