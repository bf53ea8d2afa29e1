import {
  assistantBlock,
  type Block,
  type BlockFields,
  createTurn,
  inferenceConfigKey,
  parseToolInput,
  sealTurn,
  systemBlock,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  withData,
} from '@geppetto/turns'
import type { Said, SaidRequest } from './said.ts'

/** A turn that says what a recorded request says, without anything that only its provider understands. */
export function rebuildTurn({ said, config }: SaidRequest): Turn {
  const turn = createTurn({ createdAt: 1, blocks: toBlocks(said) })
  // The recorded conversation may begin in the middle: what has no result gets one.
  return sealTurn(Object.keys(config).length === 0 ? turn : withData(turn, inferenceConfigKey, config))
}

/** What is said, as blocks without native data. `callIdOf` gives our id of a recorded call. */
export function toBlocks(said: readonly Said[], callIdOf: (id: string) => string = (id) => id): Block[] {
  const names = new Map(said.flatMap((one) => (one.kind === 'call' ? [[one.id, one.name] as const] : [])))
  return said.flatMap((one) => {
    const block = toBlock(one, callIdOf, names)
    return block === undefined ? [] : [block]
  })
}

const fields: BlockFields = { createdAt: 1 }

function toBlock(one: Said, callIdOf: (id: string) => string, names: ReadonlyMap<string, string>): Block | undefined {
  switch (one.kind) {
    case 'system':
      return systemBlock(one.text, fields)
    case 'user':
      return userBlock(one.content, fields)
    case 'assistant':
      return one.text === '' ? undefined : assistantBlock(one.text, fields)
    case 'call':
      return toolCallBlock({ callId: callIdOf(one.id), name: one.name, input: parseToolInput(one.input, true) }, fields)
    case 'result': {
      const { id, content, isError } = one
      const outcome = isError ? 'error' : 'ok'
      return toolResultBlock({ callId: callIdOf(id), name: names.get(id) ?? 'tool', outcome, content }, fields)
    }
    case 'opaque':
      return undefined
  }
}
