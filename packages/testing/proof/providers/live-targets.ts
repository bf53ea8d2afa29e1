import type { Engine } from '@geppetto/engine'
import { anthropic } from '@geppetto/provider-anthropic'
import { openaiChat, openaiResponses } from '@geppetto/provider-openai'

/** An engine that really asks somebody, if the environment says whom and with which key. */
export interface LiveTarget {
  readonly name: string
  /** What the environment lacks; undefined where it lacks nothing. */
  readonly missing: string | undefined
  readonly createEngine: () => Engine
}

/**
 * Who can be asked: the providers whose keys are in the environment, and whoever listens at `GEPPETTO_LIVE_BASE_URL` (without `/v1`), such as a
 * llama.cpp server, which speaks all three formats.
 */
export function liveTargets(environment: Readonly<Record<string, string | undefined>>): readonly LiveTarget[] {
  const {
    OPENAI_API_KEY: openaiKey,
    ANTHROPIC_API_KEY: anthropicKey,
    GEPPETTO_LIVE_BASE_URL: address,
    GEPPETTO_LIVE_MODEL: model = 'default',
    GEPPETTO_LIVE_OPENAI_MODEL: openaiModel = 'gpt-5-mini',
    GEPPETTO_LIVE_ANTHROPIC_MODEL: anthropicModel = 'claude-haiku-4-5',
  } = environment
  const needs = (name: string): string | undefined => (environment[name] ? undefined : `${name} is not set`)
  const local = { model, apiKey: 'none' }
  return [
    {
      name: 'OpenAI by Chat Completions',
      missing: needs('OPENAI_API_KEY'),
      createEngine: () => openaiChat({ model: openaiModel, apiKey: openaiKey ?? '' }),
    },
    {
      name: 'OpenAI by Responses',
      missing: needs('OPENAI_API_KEY'),
      createEngine: () => openaiResponses({ model: openaiModel, apiKey: openaiKey ?? '' }),
    },
    {
      name: 'Anthropic by Messages',
      missing: needs('ANTHROPIC_API_KEY'),
      createEngine: () => anthropic({ model: anthropicModel, apiKey: anthropicKey ?? '' }),
    },
    {
      name: 'the base URL by Chat Completions',
      missing: needs('GEPPETTO_LIVE_BASE_URL'),
      createEngine: () => openaiChat({ ...local, baseUrl: `${address}/v1` }),
    },
    {
      name: 'the base URL by Responses',
      missing: needs('GEPPETTO_LIVE_BASE_URL'),
      createEngine: () => openaiResponses({ ...local, baseUrl: `${address}/v1` }),
    },
    {
      name: 'the base URL by Messages',
      missing: needs('GEPPETTO_LIVE_BASE_URL'),
      createEngine: () => anthropic({ ...local, baseUrl: `${address}` }),
    },
  ]
}
