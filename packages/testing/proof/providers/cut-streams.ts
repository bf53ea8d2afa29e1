import type { ToolCallBlock } from '@geppetto/turns'
import { type Carrier, createEngine } from './engines.ts'
import { playConversation } from './play-conversation.ts'
import { recordedFetch } from './recorded-fetch.ts'
import { type Exchange, type ExpectedCall, readExchanges } from './recordings.ts'

/** The recorded streams that call tools. */
export function toolStreams(): readonly Exchange[] {
  return readExchanges().filter(
    ({ expected }) =>
      expected.stream && expected.complete && expected.error === undefined && expected.toolCalls.length > 0,
  )
}

/** What the APIs call the input of a call, or a piece of it, and the JSON text behind it. */
const inputField = /"(?:arguments|partial_json|delta|input)": ?("(?:[^"\\]|\\.)*")/g

/** Where a cut, in bytes, stands within the input of a call, at its beginning or at its end. */
export function cutsInInput({ response: { body } }: Exchange): readonly number[] {
  const encoder = new TextEncoder()
  return [...body.matchAll(inputField)].flatMap(({ index, 0: field, 1: text = '' }) => {
    const start = encoder.encode(body.slice(0, index + field.length - text.length)).length
    return Array.from({ length: encoder.encode(text).length + 1 }, (_byte, offset) => start + offset)
  })
}

/** What may run, as names with their input. */
type Executable = readonly (readonly [name: string, input: unknown])[]

/** The calls that may run after the first `length` bytes of the stream; and how the call ended. */
export async function playCut(
  exchange: Exchange,
  length: number,
  carrier: Carrier = 'fetch',
): Promise<{
  readonly executable: Executable
  readonly outcome: string | undefined
  readonly code: string | undefined
}> {
  const { id, api, provider, model } = exchange
  // The expectations are not those of the whole stream: only what came of it counts.
  const conversation = { id, api, exchanges: [exchange], links: [] }
  const fetch = recordedFetch([exchange], (bytes) => bytes.slice(0, length))
  const [played] = await playConversation(conversation, () => createEngine(api, carrier, { provider, model, fetch }))
  return {
    executable: played?.executable.map(toExecutable) ?? [],
    outcome: played?.record?.outcome,
    code: played?.error?.code,
  }
}

function toExecutable({ name, input }: ToolCallBlock): readonly [string, unknown] {
  return [name, input.state === 'parsed' ? input.value : input]
}

/** The calls of the whole stream, as what may run. */
export function wholeCalls({ expected }: Exchange): Executable {
  return expected.toolCalls.map(({ name, args }: ExpectedCall) => [name, args])
}

/** What is wrong with the outcome of a stream that was cut: a call may run only when the answer was whole, and with all of its input. */
export async function faultsOfCut(exchange: Exchange, length: number, carrier?: Carrier): Promise<readonly string[]> {
  const { executable, outcome, code } = await playCut(exchange, length, carrier)
  const at = `${exchange.id} cut at ${length}`
  const calls = JSON.stringify(executable)
  if (outcome === 'completed')
    return calls === JSON.stringify(wholeCalls(exchange)) ? [] : [`${at}: completed with the calls ${calls}`]
  const faults = executable.length === 0 ? [] : [`${at}: ${calls} may run`]
  return code === 'protocol' ? faults : [...faults, `${at}: fails as ${code}`]
}
