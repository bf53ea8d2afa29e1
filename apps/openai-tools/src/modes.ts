import type { SettingValues } from '@geppetto/settings'
import { defineTool, type Tool } from '@geppetto/tools'
import { z } from 'zod'

/** What one mode shows, and the recorded traffic that it shows it with where there is no key. */
export interface Mode {
  /** The id in `packages/testing/recordings/index.json`. */
  readonly recording: string
  readonly model: string
  readonly instructions?: string
  readonly prompt: string
  readonly tools: readonly Tool[]
  /** How the API is asked, where nobody says otherwise. */
  readonly defaults: SettingValues
}

const multiply = defineTool({
  name: 'multiply',
  description: 'Multiply two numbers.',
  input: z.object({ a: z.number().int(), b: z.number().int() }),
  effects: 'none',
  execute: ({ a, b }) => a * b,
})

const weather = defineTool({
  name: 'get_weather',
  description: 'Get the current weather for a city. Must be called for weather questions.',
  input: z.object({ city: z.string().describe('City name to get weather for') }),
  effects: 'none',
  execute: ({ city }) => `Weather in ${city}: 59F (15C), light rain (made up for this example)`,
})

/** The modes, by their names on the command line. */
export const modes: Readonly<Record<string, Mode>> = {
  tools: {
    recording: 'openai-responses/tool-loop-stream',
    model: 'gpt-5.5',
    prompt: 'What is 1231 * 2331? Use the multiply tool.',
    tools: [multiply],
    defaults: { inference: { reasoning_effort: 'low' } },
  },
  thinking: {
    recording: 'openai-responses/reasoning-summary-json',
    model: 'o4-mini',
    prompt: 'What is 2 + 2? Think step by step.',
    tools: [],
    defaults: { inference: { reasoning_effort: 'low', reasoning_summary: 'auto', max_response_tokens: 8192 } },
  },
  'parallel-tools': {
    recording: 'openai-responses/parallel-tools-stream',
    model: 'gpt-5.2',
    instructions:
      'You are a weather assistant. You have access to a get_weather tool. You must call the get_weather tool for any weather question and never guess weather data. After receiving the tool result, provide a concise summary of the weather.',
    prompt:
      'I need the current weather in Tokyo and in Paris. Use the get_weather tool once per city, then compare the two cities in one short paragraph that mentions both city names.',
    tools: [weather],
    defaults: { inference: { reasoning_effort: 'low', max_response_tokens: 6000 } },
  },
  'server-tools': {
    recording: 'openai-responses/web-search-stream',
    model: 'gpt-5-mini',
    // The recording has the answer alone: this prompt is ours.
    prompt: "Find today's tech news, open some of the pages, and look for the word vercel in them.",
    tools: [],
    defaults: { inference: { reasoning_effort: 'medium' }, openai: { server_tools: [{ type: 'web_search' }] } },
  },
}
