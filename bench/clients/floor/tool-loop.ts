import type { Api } from '../../wire/scenario.ts'
import type { Client, Work } from '../client.ts'
import { forecast } from '../weather-tool.ts'
import type { FloorAnswer, FloorCall } from './reduce.ts'

/** Makes one request with these messages, in the format of the API. */
export type Ask = (messages: readonly object[], hasTools: boolean, work: Work) => Promise<FloorAnswer>

/** A client of what makes one request: with the shortest loop that runs tools. */
export function loopClient(api: Api, ask: Ask): Client {
  return {
    stream: (work) => ask(work.messages, false, work),
    async runTools(work) {
      const messages: object[] = [...work.messages]
      for (let step = 0; step <= work.maxSteps; step++) {
        const answer = await ask(messages, true, work)
        if (answer.calls.length === 0) return answer
        const results = answer.calls.map((call) => JSON.stringify(forecast(JSON.parse(call.arguments))))
        messages.push(...exchange(api, answer.calls, results))
      }
      throw new Error('the model asked for more steps than were allowed')
    },
  }
}

function exchange(api: Api, calls: readonly FloorCall[], results: readonly string[]): object[] {
  if (api === 'chat')
    return [
      {
        role: 'assistant',
        content: null,
        tool_calls: calls.map(({ id, name, arguments: text }) => ({
          id,
          type: 'function',
          function: { name, arguments: text },
        })),
      },
      ...calls.map(({ id }, index) => ({ role: 'tool', tool_call_id: id, content: results[index] })),
    ]
  if (api === 'responses')
    return [
      ...calls.map(({ id, name, arguments: text }) => ({ type: 'function_call', call_id: id, name, arguments: text })),
      ...calls.map(({ id }, index) => ({ type: 'function_call_output', call_id: id, output: results[index] })),
    ]
  const uses = calls.map(({ id, name, arguments: text }) => ({ type: 'tool_use', id, name, input: JSON.parse(text) }))
  const answers = calls.map(({ id }, index) => ({ type: 'tool_result', tool_use_id: id, content: results[index] }))
  return [
    { role: 'assistant', content: uses },
    { role: 'user', content: answers },
  ]
}
