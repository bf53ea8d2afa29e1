import { createEngine } from './engines.ts'
import { playConversation } from './play-conversation.ts'
import { recordedFetch } from './recorded-fetch.ts'
import { type Exchange, readExchanges } from './recordings.ts'

/** The recorded streams that call tools. */
export function toolStreams(): readonly Exchange[] {
  return readExchanges().filter(
    ({ expected }) =>
      expected.stream && expected.complete && expected.error === undefined && expected.toolCalls.length > 0,
  )
}

/** The calls that may run after the first `length` bytes of the stream, as names; and how the call ended. */
export async function playCut(
  exchange: Exchange,
  length: number,
): Promise<{
  readonly executable: readonly string[]
  readonly outcome: string | undefined
  readonly code: string | undefined
}> {
  const { id, api, provider, model } = exchange
  // The expectations are not those of the whole stream: only what came of it counts.
  const conversation = { id, api, exchanges: [exchange], links: [] }
  const fetch = recordedFetch([exchange], (bytes) => bytes.slice(0, length))
  const [played] = await playConversation(conversation, () => createEngine(api, 'fetch', { provider, model, fetch }))
  return {
    executable: played?.executable.map(({ name }) => name) ?? [],
    outcome: played?.record?.outcome,
    code: played?.error?.code,
  }
}

/** What is wrong with the outcome of a stream that was cut: a call may run only when the answer was whole. */
export async function faultsOfCut(exchange: Exchange, length: number): Promise<readonly string[]> {
  const { executable, outcome, code } = await playCut(exchange, length)
  const at = `${exchange.id} cut at ${length}`
  if (outcome === 'completed') {
    const names = exchange.expected.toolCalls.map(({ name }) => name)
    return executable.join() === names.join() ? [] : [`${at}: completed with the calls ${executable.join()}`]
  }
  const faults = executable.length === 0 ? [] : [`${at}: ${executable.join()} may run`]
  return code === 'protocol' ? faults : [...faults, `${at}: fails as ${code}`]
}
