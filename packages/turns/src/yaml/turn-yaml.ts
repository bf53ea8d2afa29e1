import type { Block } from '../block.ts'
import { ownList } from '../block-list.ts'
import { ownBlock } from '../block-shape.ts'
import { quote, TurnError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { emptyObject, ownJson } from '../own-json.ts'
import { makeTurn, readTurn } from '../own-turn.ts'
import type { Turn } from '../turn.ts'
import { joined } from './difference.ts'
import { blockForms } from './go-block.ts'
import { textOf } from './go-content.ts'
import { bareMetadata, type Forms, readGo, writeGo } from './two-forms.ts'
import { parseYaml, stringifyYaml, type YamlText } from './yaml-text.ts'

/**
 * The turn as Go geppetto writes turns. What Go's form has no place for stands in metadata under `geppetto.typescript@v1`, so that {@link turnFromYaml}
 * gives back the same turn.
 * @throws TurnError `invalid_turn` when it is no turn.
 */
export function turnToYaml(turn: Turn): string {
  const { facts, problem, blocks: items } = readTurn(turn)
  if (facts === undefined)
    throw new TurnError('invalid_turn', `the turn cannot be written: ${problem?.message}`, {
      field: problem?.field ?? '',
    })
  const blocks = ownList(items ?? [])
  const go = writeGo(factForms(blocks.length > 0), dataOf(facts))
  const toolName = toolNames(blocks)
  const list = blocks.map((block, index) => writeGo(blockForms({ id: idOf(facts.id, index), toolName }), dataOf(block)))
  return stringifyYaml(list.length === 0 ? go : joined(go, { blocks: list }))
}

/**
 * Reads a turn as Go geppetto writes it. Blocks of Go's kind `other`, and of kinds that nobody knows, are `unknown` blocks; what else ours has no
 * place for is kept in metadata under `geppetto.goYaml`, so that {@link turnToYaml} gives back the same data. Go keeps no times: they are 0. A turn
 * without an id is `go-turn`, a block without one has the turn's id and its number. Nothing is repaired: see {@link repairTurn}.
 * @throws TurnError `invalid_stored_turn` naming the field and the line.
 */
export function turnFromYaml(text: string): Turn {
  const yaml = parseYaml(text)
  const go = requireTurn(yaml)
  const items = Array.isArray(go.blocks) ? go.blocks.filter(isJsonObject) : []
  const facts = readGo(factForms(items.length > 0), items.length > 0 ? joined(go, { blocks: [] }) : go)
  const turnId = textOf(facts.id) ?? idOfNone
  const read = (item: JsonObject, index: number, toolName: (callId: string) => string): Block => {
    const { block, problem } = ownBlock(readGo(blockForms({ id: idOf(turnId, index), toolName }), item))
    return block ?? yaml.fail(['blocks', index], problem?.message ?? 'is no block')
  }
  // Results do not say which tool they are of: the calls do.
  const others = items.map((item, index) => (isResult(item) ? undefined : read(item, index, () => '')))
  const toolName = toolNames(others.filter((block) => block !== undefined))
  const blocks = items.map((item, index) => others[index] ?? read(item, index, toolName))
  return makeTurn(joined(facts, { blocks: [] }), ownList(blocks))
}

/** The id of a turn whose YAML says none. */
const idOfNone = 'go-turn'

function idOf(turnId: string, index: number): string {
  return `${turnId}-${index + 1}`
}

function isResult({ kind }: JsonObject): boolean {
  return textOf(kind)?.trim().toLowerCase() === 'tool_use'
}

/** The names of the tools that are called in the blocks. */
function toolNames(blocks: readonly Block[]): (callId: string) => string {
  const names = new Map<string, string>()
  for (const block of blocks)
    if (block.kind === 'tool-call' && !names.has(block.callId)) names.set(block.callId, block.name)
  return (callId) => names.get(callId) ?? 'tool'
}

/** The forms of what a turn has beside its blocks. For those stands an empty list; in Go's form, where there are none, nothing may stand too. */
function factForms(hasBlocks: boolean): Forms {
  return {
    toGo({ id, metadata, data }) {
      const isEmpty = !isJsonObject(data) || Object.keys(data).length === 0
      return { id, blocks: [], ...bareMetadata(metadata), ...(isEmpty ? undefined : { data }) }
    },
    fromGo({ id, blocks = null, metadata, data }) {
      const known = textOf(id)
      return {
        id: known === undefined || known.trim() === '' ? idOfNone : known,
        createdAt: 0,
        blocks: blocks === null && !hasBlocks ? [] : blocks,
        metadata: isJsonObject(metadata) ? metadata : emptyObject,
        data: isJsonObject(data) ? data : emptyObject,
      }
    },
    isSound: (ours) => readTurn(ours).problem === undefined,
  }
}

/** The same, as data. */
function dataOf(made: object): JsonObject {
  const { value } = ownJson(made, '')
  return isJsonObject(value) ? value : emptyObject
}

/** What Go would take for a turn. */
function requireTurn(yaml: YamlText): JsonObject {
  const { value: data, problem } = ownJson(yaml.data, '')
  if (problem !== undefined) return yaml.fail([problem.field], problem.message)
  if (!isJsonObject(data)) return yaml.fail([], `must be a turn, not ${quote(data)}`)
  requireId(yaml, ['id'], data.id)
  for (const name of ['metadata', 'data']) requireMap(yaml, [name], data[name])
  const { blocks } = data
  if (blocks === undefined || blocks === null) return data
  if (!Array.isArray(blocks)) return yaml.fail(['blocks'], `must be a list, not ${quote(blocks)}`)
  for (const [index, block] of blocks.entries()) {
    const path = ['blocks', index]
    if (!isJsonObject(block)) return yaml.fail(path, `must be a block, not ${quote(block)}`)
    requireId(yaml, [...path, 'id'], block.id)
    for (const name of ['payload', 'metadata']) requireMap(yaml, [...path, name], block[name])
  }
  return data
}

function requireMap(yaml: YamlText, path: readonly (string | number)[], value: JsonValue | undefined): void {
  const isMap = value === undefined || value === null || isJsonObject(value)
  if (!isMap) yaml.fail(path, `must be a map, not ${quote(value)}`)
}

function requireId(yaml: YamlText, path: readonly (string | number)[], value: JsonValue | undefined): void {
  const isId = value === undefined || value === null || textOf(value) !== undefined
  if (!isId) yaml.fail(path, `must be a text, not ${quote(value)}`)
}
