import type { PromptRecord } from './prompt-record.ts'
import type { SessionRecord } from './session-record.ts'

/** What is not in the store, for people: nothing where all of it is. */
export function tellUnsaved(records: readonly SessionRecord[]): string {
  return [...new Set(records.map(nameOf))].join(', ')
}

function nameOf(record: SessionRecord): string {
  switch (record.type) {
    case 'session':
      return 'the metadata'
    case 'turn':
      return `turn ${record.turn.id}`
    case 'head':
      return 'which turn is the latest'
    case 'completed':
      return `that ${record.turnIds.join(' and ')} is completed`
    case 'prompt-queued':
    case 'prompt-edited':
    case 'prompt-ended':
      return nameOfPrompt(record)
    default:
      return `what became of run ${record.runId}`
  }
}

function nameOfPrompt(record: PromptRecord): string {
  const prompt = `the prompt of run ${record.runId}`
  switch (record.type) {
    case 'prompt-queued':
      return prompt
    case 'prompt-edited':
      return `what was said in the place of ${prompt}`
    case 'prompt-ended':
      return `that ${prompt} is ${record.state}`
  }
}
