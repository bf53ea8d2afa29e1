import type { ToolOutcome } from '../block.ts'
import type { ContentPart } from '../content.ts'
import { readContent } from './content-list.ts'
import { choiceIn, type Fields, fieldsIn, fieldsOf, filledIn, jsonText, listIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { textContent } from './media.ts'
import { readResponsesPart } from './responses-part.ts'

/** Adds what a client's tool has answered. */
export function addCallOutput(builder: ImportBuilder, item: Fields, callId: string, path: string): void {
  choiceIn(item, 'status', ['completed'])
  choiceIn(item, 'execution', ['client'])
  const { content, outcome } = readOutput(builder, item, `${path}.output`)
  builder.addResult(path, { callId, outcome, content })
}

interface Output {
  readonly content: readonly ContentPart[]
  readonly outcome: ToolOutcome
}

function readOutput(builder: ImportBuilder, item: Fields, path: string): Output {
  if (item.type === 'tool_search_output') return { content: textContent(jsonText(item.tools)), outcome: 'ok' }
  if (item.type === 'shell_call_output') return readShell(listIn(item, 'output') ?? [])
  const outcome = item.type === 'apply_patch_call_output' && item.status === 'failed' ? 'error' : 'ok'
  const output = item.type === 'computer_call_output' ? [item.output] : item.output
  const content = readContent(output, path, builder, (part, place) => readResponsesPart(builder, part, place))
  return { content, outcome }
}

/** What the commands wrote, one after the other. The worst of their ends is the outcome. */
function readShell(outputs: readonly unknown[]): Output {
  const texts: string[] = []
  let outcome: ToolOutcome = 'ok'
  for (const output of outputs) {
    const fields = fieldsOf(output)
    const end = fieldsIn(fields, 'outcome')
    if (end?.type === 'timeout') outcome = 'timed-out'
    else if (end !== undefined && end.exit_code !== 0 && outcome === 'ok') outcome = 'error'
    for (const name of ['stdout', 'stderr']) texts.push(filledIn(fields, name) ?? '')
  }
  return { content: textContent(texts.filter((text) => text !== '').join('\n')), outcome }
}
