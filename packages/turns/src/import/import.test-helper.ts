import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { contentText, diagnoseTurn, type JsonValue, type Turn } from '../index.ts'
import type { ImportResult } from './import-builder.ts'
import type { ImportOptions } from './import-options.ts'

/** Ids and times that a test can name, and nobody's provenance. */
export function plainOptions(): ImportOptions {
  let count = 0
  return { nextId: () => `n${++count}`, now: () => 1 }
}

/** The same, of messages that a model of a host made. */
export function homeOptions(): ImportOptions {
  return { ...plainOptions(), provenance: { host: 'api.example', model: 'model-1' } }
}

/** What the turn says, a line for each block; the turn is sound. */
export function linesOf({ turn }: ImportResult): readonly string[] {
  expect(diagnoseTurn(turn)).toEqual([])
  return turn.blocks.map(lineOf)
}

function lineOf(block: Turn['blocks'][number]): string {
  switch (block.kind) {
    case 'system':
    case 'assistant':
    case 'reasoning':
      return `${block.kind}${block.complete === false ? ' (cut)' : ''}: ${block.text}`
    case 'user':
      return `user: ${block.content.map((part) => (part.type === 'text' ? part.text : part.type)).join(' + ')}`
    case 'tool-call':
      return `call ${block.callId} ${block.name}: ${JSON.stringify('value' in block.input ? block.input.value : block.input)}`
    case 'tool-result':
      return `result ${block.callId} ${block.name} ${block.outcome}: ${contentText(block.content)}`
    case 'provider':
      return `provider ${block.type}`
    case 'unknown':
      return 'unknown'
  }
}

/** The losses, a line for each. */
export function lossesOf({ losses }: ImportResult): readonly string[] {
  return losses.map(({ path, reason }) => `${path}: ${reason}`)
}

/** The native payloads of the blocks, in order. */
export function payloadsOf({ turn }: ImportResult): readonly (JsonValue | undefined)[] {
  return turn.blocks.map(({ native }) => native?.payload)
}

/** The data of a fixture. */
export function readFixture(name: string): readonly unknown[] {
  const data: unknown = JSON.parse(readFileSync(new URL(`../../fixtures/import/${name}.json`, import.meta.url), 'utf8'))
  if (Array.isArray(data)) return data
  throw new Error(`${name} is no list`)
}

/** What a JavaScript caller can pass, whatever the types say. */
export function untyped<T>(value: unknown): T {
  // Not true, and that is the point.
  return value as T
}
