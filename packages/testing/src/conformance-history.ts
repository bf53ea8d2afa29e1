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

function cutOff(fields: BlockFields): BlockFields {
  return { ...fields, complete: false }
}
