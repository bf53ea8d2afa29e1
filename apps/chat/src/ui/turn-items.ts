import { type Block, contentText, type Turn, visibleText } from '@geppetto/turns'
import type { Item, ToolItem } from './item.ts'
import { inputText, resultText } from './tool-text.ts'

/** A conversation that is not new, as it would stand on the screen; of its earlier prompts, where it is long, there is only a word. */
export function turnItems(turn: Turn, longest: number): readonly Item[] {
  const starts = turn.blocks.flatMap(({ kind }, index) => (kind === 'user' ? [index] : []))
  const from = starts.length > longest ? (starts.at(-longest) ?? 0) : 0
  const left = starts.filter((start) => start < from).length
  const word = `… ${left} earlier ${left === 1 ? 'prompt' : 'prompts'}: /history shows all`
  const note: Item[] = left === 0 ? [] : [{ kind: 'note', text: word, tone: 'dim' }]
  const results = new Map(turn.blocks.flatMap((block) => (block.kind === 'tool-result' ? [[block.callId, block]] : [])))
  return [...note, ...turn.blocks.slice(from).flatMap((block) => blockItems(block, results))]
}

type ResultBlock = Extract<Block, { readonly kind: 'tool-result' }>

function blockItems(block: Block, results: ReadonlyMap<string, ResultBlock>): readonly Item[] {
  switch (block.kind) {
    case 'user':
      return [{ kind: 'prompt', text: visibleText(contentText(block.content)) }]
    case 'assistant':
      return [
        { kind: 'markdown', text: visibleText(block.text) },
        ...(block.complete === false ? [{ kind: 'end' as const, text: '[cut off]', tone: 'yellow' as const }] : []),
      ]
    case 'reasoning':
      return block.text === ''
        ? []
        : [{ kind: 'reasoning', text: visibleText(block.text), startedAt: 0, durationMs: 0 }]
    case 'tool-call': {
      const result = results.get(block.callId)
      // Of a call that is about to run in another terminal, what comes tells.
      if (result === undefined) return []
      const tool: ToolItem = {
        kind: 'tool',
        name: visibleText(block.name),
        input: inputText(block.input),
        status: result.outcome,
        result: resultText(result.content),
      }
      return [tool]
    }
    default:
      // Results stand with their calls; what else there is was never on a screen.
      return []
  }
}
