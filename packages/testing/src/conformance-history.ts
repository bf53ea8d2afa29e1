import {
  assistantBlock,
  type Block,
  type BlockFields,
  createTurn,
  decodeBlock,
  providerBlock,
  reasoningBlock,
  systemBlock,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'

/** A sealed turn with a block of every kind, as a conversation that has been through several providers has them. */
export function historyOfEveryKind(): Turn {
  let count = 0
  const fields = (): { readonly id: string; readonly createdAt: number } => {
    count++
    return { id: `conformance-block-${count}`, createdAt: 1_000 + count }
  }
  const native = { api: 'another-api', host: 'another.example', model: 'another-1', group: 'g', payload: { item: [1] } }
  const name = 'get_weather'
  const blocks: readonly Block[] = [
    systemBlock('Be brief.', fields()),
    userBlock('What is the weather in Oslo?', fields()),
    reasoningBlock('I should look.', { ...fields(), native, form: 'summary' }),
    assistantBlock('', fields()),
    toolCallBlock({ callId: 'call-1', name, input: { state: 'parsed', value: { city: 'Oslo' } } }, fields()),
    toolCallBlock({ callId: 'call-2', name, input: { state: 'incomplete', raw: '{"ci' } }, cutOff(fields())),
    toolResultBlock({ callId: 'call-1', name, outcome: 'ok', content: 'Snow.' }, fields()),
    toolResultBlock({ callId: 'call-2', name, outcome: 'not-run', content: 'Not run.' }, fields()),
    providerBlock('web_search_call', { ...fields(), native, name: 'search', input: { q: 'Oslo' }, output: ['snow'] }),
    decodeBlock({ ...fields(), kind: 'hologram', metadata: {}, depth: 3 }, 'hologram'),
    systemBlock('From here on, in English.', fields()),
    assistantBlock('It snows in Os', cutOff(fields())),
    userBlock(
      [
        { type: 'text', text: 'And ' },
        { type: 'text', text: 'in Paris?' },
      ],
      fields(),
    ),
  ]
  return createTurn({ id: 'conformance-history', createdAt: 1_000, blocks })
}

/** Turns that no API takes, with what makes each so. */
export function unsealedHistories(): readonly {
  readonly turn: Turn
  readonly blockId: string
  readonly callId: string
}[] {
  const fields = (id: string) => ({ id: `conformance-${id}`, createdAt: 1_000 })
  const callId = 'conformance-call'
  const asked = userBlock('What is the weather in Oslo?', fields('user'))
  const call = toolCallBlock({ callId, name: 'get_weather', input: { state: 'parsed', value: {} } }, fields('open'))
  const result = (id: string): Block =>
    toolResultBlock({ callId, name: 'get_weather', outcome: 'ok', content: 'Snow.' }, fields(id))
  const unsealed = (id: string, ...blocks: readonly Block[]) => ({
    turn: createTurn({ id: 'conformance-unsealed', createdAt: 1_000, blocks: [asked, ...blocks] }),
    blockId: fields(id).id,
    callId,
  })
  return [
    unsealed('open', call),
    unsealed('lone', result('lone')),
    unsealed('second', call, result('first'), result('second')),
  ]
}

function cutOff(fields: BlockFields): BlockFields {
  return { ...fields, complete: false }
}
