import { encodeBlock } from '@geppetto/turns'
import { historyOfEveryKind } from './conformance-history.ts'
import type { StoreRecord } from './conformance-store.ts'

/** Records with every kind of value that JSON can hold, blocks of every kind, and fields that no version knows. */
export function difficultRecords(): readonly StoreRecord[] {
  const values = {
    text: 'naïve 👩‍👩‍👧 \u0000 \ud800 \u2028 "\\ \r\n',
    empty: ['', [], {}, null, false, 0],
    numbers: [0.1, -1.5e-300, 1e21, Number.MAX_SAFE_INTEGER, 5e-324],
    deep: JSON.parse(`${'[{"a":'.repeat(50)}1${'}]'.repeat(50)}`),
    'odd names': { '': 1, constructor: 2, 'a.b': 3, $: 4, '0': 5, ü: 6 },
  }
  const { blocks, ...facts } = historyOfEveryKind()
  const parts = blocks.map(encodeBlock)
  const turn = { ...facts, metadata: values, data: { values }, parts }
  const settled = {
    v: 1,
    type: 'run-settled',
    runId: 'run_1',
    turnId: 'turn_2',
    status: 'failed',
    stop: 'error',
    usage: { input: { uncached: 0 }, output: {}, source: 'partial', raw: values },
    error: { name: 'EngineError', code: 'overloaded', message: values.text, status: 529, retryable: true },
    settledAt: 1_000.5,
  }
  const records = [
    { v: 1, type: 'session', metadata: { title: values.text, ...values, parts } },
    { v: 1, type: 'turn', index: 0, turn },
    { v: 1, type: 'turn', index: 1, turn: { ...turn, id: 'turn_2', parts: [[0, parts.length]] }, later: values },
    settled,
    { ...settled, type: 'hologram-kept', v: 7, depth: { metres: [3] } },
  ]
  // As records come from a version that this one does not know: no type describes them.
  return JSON.parse(JSON.stringify(records))
}

/** Writes on a value wherever it can be written on. */
export function spoil(value: object): void {
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === 'object' && part !== null) spoil(part)
    // False where it is frozen, and that is well.
    Reflect.set(value, name, 'spoiled')
  }
}
