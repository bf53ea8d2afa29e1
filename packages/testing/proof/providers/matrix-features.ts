import {
  assistantBlock,
  type Block,
  type ContentPart,
  reasoningBlock,
  systemBlock,
  type ToolOutcome,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import type { Api } from './recordings.ts'

/** What is in a conversation that is carried from one API to another. */
export interface MatrixFeature {
  readonly name: string
  /** The recorded conversation that it begins with, by API. */
  readonly recorded?: Partial<Readonly<Record<Api, string>>>
  /** What is said beside that, or in its place where nothing is recorded. */
  readonly scripted?: () => readonly Block[]
  /** The switch comes before the results of the last calls were answered to, not with a new question. */
  readonly isMidStep?: true
  /** The answer is asked for in a form. */
  readonly isStructured?: true
  /** The stream stops in the middle and the run is cancelled. */
  readonly isCancelled?: true
}

const call = (callId: string, input = '{"location":"Paris"}'): Block =>
  toolCallBlock({ callId, name: 'weather', input: { state: 'parsed', value: JSON.parse(input) } })
const result = (callId: string, content: string | readonly ContentPart[], outcome: ToolOutcome = 'ok'): Block =>
  toolResultBlock({ callId, name: 'weather', outcome, content })
/** One black pixel. */
const pixel: ContentPart = {
  type: 'image',
  mediaType: 'image/png',
  source: {
    type: 'base64',
    data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  },
}
const question = userBlock('What is the weather in Paris?')

/** What a conversation may hold when its provider is changed. */
export const matrixFeatures: readonly MatrixFeature[] = [
  {
    name: 'text',
    recorded: { 'openai-chat': 'text-json', 'openai-responses': 'text-json', 'anthropic-messages': 'text-json' },
    scripted: () => [systemBlock('Be brief.'), userBlock('Hello!'), assistantBlock('Hello.')],
  },
  {
    name: 'tools',
    recorded: {
      'openai-chat': 'tool-loop-stream',
      'openai-responses': 'tool-loop-json',
      'anthropic-messages': 'tool-loop-stream',
    },
    scripted: () => [question, call('one'), result('one', '18 °C'), assistantBlock('It is 18 °C.')],
  },
  {
    name: 'tools, switched before the answer',
    isMidStep: true,
    recorded: {
      'openai-chat': 'tool-loop-json',
      'openai-responses': 'encrypted-reasoning-tool-loop-json',
      'anthropic-messages': 'thinking-tool-loop-json',
    },
    scripted: () => [question, call('one'), result('one', '18 °C')],
  },
  {
    name: 'parallel tools',
    recorded: {
      'openai-chat': 'parallel-tools-json',
      'openai-responses': 'parallel-tools-stream',
      'anthropic-messages': 'parallel-tools-json',
    },
    scripted: () => [
      question,
      call('one'),
      call('two'),
      result('one', '18 °C'),
      result('two', '19 °C'),
      assistantBlock('Mild.'),
    ],
  },
  {
    name: 'reasoning',
    recorded: {
      'openai-chat': 'openrouter-reasoning-details-tools',
      'openai-responses': 'encrypted-reasoning-tool-loop-stream',
      'anthropic-messages': 'thinking-omitted',
    },
    scripted: () => [question, reasoningBlock('The user asks for the weather.'), assistantBlock('Ask the sky.')],
  },
  {
    name: 'hidden reasoning',
    recorded: { 'openai-responses': 'interleaved-reasoning-tools', 'anthropic-messages': 'redacted-thinking' },
  },
  {
    name: 'images',
    recorded: { 'openai-chat': 'image-input', 'openai-responses': 'image-input', 'anthropic-messages': 'image-input' },
    scripted: () => [userBlock([textPart('What is this?'), pixel]), assistantBlock('A pixel.')],
  },
  {
    name: 'an image in a tool result',
    scripted: () => [question, call('one'), result('one', [textPart('As seen:'), pixel]), assistantBlock('Black.')],
  },
  {
    name: 'a cancelled turn',
    isCancelled: true,
    recorded: {
      'openai-chat': 'tool-loop-stream',
      'openai-responses': 'tool-loop-stream',
      'anthropic-messages': 'tool-loop-stream',
    },
    scripted: () => [question, assistantBlock('It i', { complete: false })],
  },
  {
    name: 'a failed tool',
    recorded: { 'anthropic-messages': 'tool-result-is-error' },
    scripted: () => [
      question,
      call('one'),
      result('one', 'No such place.', 'error'),
      assistantBlock('I cannot find it.'),
    ],
  },
  {
    name: 'structured output',
    isStructured: true,
    recorded: {
      'openai-chat': 'structured-json',
      'openai-responses': 'structured-json',
      'anthropic-messages': 'structured-json',
    },
    scripted: () => [userBlock('A person, please.'), assistantBlock('{"name":"Ada","born":1815}')],
  },
  {
    name: 'server tools',
    recorded: {
      'openai-chat': 'websearch-annotations',
      'openai-responses': 'web-search-json',
      'anthropic-messages': 'web-search-json',
    },
  },
  {
    name: 'a remote MCP server',
    recorded: { 'openai-responses': 'mcp', 'anthropic-messages': 'mcp' },
  },
  {
    name: 'code run by the provider',
    recorded: { 'openai-responses': 'code-interpreter', 'anthropic-messages': 'code-execution' },
  },
  {
    name: 'a refusal',
    recorded: { 'openai-chat': 'refusal-json', 'openai-responses': 'refusal-json', 'anthropic-messages': 'refusal' },
    scripted: () => [userBlock('Something bad, please.'), assistantBlock('I cannot do that.', { refusal: true })],
  },
  {
    name: 'system text in the middle',
    scripted: () => [
      systemBlock('Be brief.'),
      question,
      assistantBlock('Mild.'),
      systemBlock('From now on in French.'),
    ],
  },
  {
    name: 'calls with odd ids',
    scripted: () => [
      question,
      call('call_1|fc_1'),
      call('Write:6'),
      call('x'.repeat(90)),
      result('call_1|fc_1', '18 °C'),
      result('Write:6', '19 °C'),
      result('x'.repeat(90), '20 °C'),
      assistantBlock('Mild.'),
    ],
  },
  {
    name: 'arguments that never arrived whole',
    scripted: () => [
      question,
      toolCallBlock({ callId: 'cut', name: 'weather', input: { state: 'incomplete', raw: '{"loca' } }),
      result('cut', 'Not run: its arguments did not arrive whole.', 'not-run'),
      assistantBlock('Again, please.'),
    ],
  },
  {
    name: 'empty and trailing space',
    scripted: () => [
      question,
      assistantBlock(''),
      assistantBlock('Mild. \n'),
      call('one', '{}'),
      result('one', []),
      assistantBlock(' '),
    ],
  },
]
