import { type ResolvedSettings, valuesLayer } from './index.ts'

valuesLayer({ chat: { api_type: 'eliza' }, inference: { stop: ['END'], seed: undefined }, mine: { anything: 1 } })
valuesLayer({ api: { api_keys: { 'openai-api-key': async () => 'token', 'claude-api-key': { api_key_file: 'key' } } } })

// @ts-expect-error A model is named by chat.engine.
valuesLayer({ chat: { model: 'gpt-5' } })
// @ts-expect-error There is no such effort.
valuesLayer({ inference: { reasoning_effort: 'extreme' } })
// @ts-expect-error A number is no key.
valuesLayer({ api: { api_keys: { 'openai-api-key': 1 } } })

/** What settings give has the types of their schema. */
export function typesOf({ chat, inference, client, modelInfo }: ResolvedSettings): readonly (string | number)[] {
  const effort: 'low' | 'none' | 'minimal' | 'medium' | 'high' | 'xhigh' | 'max' | undefined =
    inference.reasoning_effort
  const price: number | undefined = modelInfo.cost?.input
  return [chat.engine ?? '', effort ?? '', client.timeout ?? 0, price ?? 0]
}
