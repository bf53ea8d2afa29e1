import { EngineError } from '@geppetto/engine'
import { quote, unknownOption } from '@geppetto/turns'

/** What sets a host that speaks Chat Completions apart. Each is read at one point. */
export interface HostQuirks {
  /** The field for the limit of output tokens. */
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens'
  /** Whether a stream must be asked for its usage. */
  readonly asksForUsage: boolean
  readonly systemRole: 'system' | 'developer'
  /** Whether system messages may stand behind others. */
  readonly systemAnywhere: boolean
  /** Whether two user messages may follow each other. */
  readonly repeatedUserRole: boolean
  /** Whether a user message may follow a tool's directly. */
  readonly userAfterTool: boolean
  /** Whether an answer at the end, which is to be gone on with, must be marked with `prefix`. */
  readonly prefixMark: boolean
  /** What the id of a tool call must match, as the source of a regular expression. */
  readonly toolCallId: string
  /** Which answers get their reasoning back: none; those with tool calls; those too where there is none to send; all. */
  readonly reasoningBack: 'never' | 'with-calls' | 'required-with-calls' | 'always'
  /** How the effort of reasoning is said. */
  readonly effort: 'reasoning_effort' | 'reasoning' | 'thinking' | 'none'
  /** The highest effort that it knows: a higher one is sent as that. */
  readonly maxEffort: 'high' | 'xhigh' | 'max'
  /** How the form of the answer is asked for. */
  readonly structuredOutput: 'strict' | 'json_schema' | 'json_object'
  /** Whether the schema of an answer may refer to itself. */
  readonly recursiveSchemas: boolean
  /** Whether a tool's schema can be enforced. */
  readonly strictTools: boolean
  readonly seedField: 'seed' | 'random_seed' | 'none'
  readonly serviceTier: boolean
  /** How many stop sequences it takes. */
  readonly maxStopSequences: number
  /** Whether its models that reason refuse a temperature, `top_p` and stop sequences. */
  readonly strictSampling: boolean
  /** Whether a refusal has a form of its own. */
  readonly refusalPart: boolean
  /** What user messages may hold beside text. */
  readonly media: readonly ('image' | 'file' | 'audio')[]
  /** Whether it fetches images by their address. */
  readonly imageByUrl: boolean
  /** What it calls fields of the request, by our names for them, where it calls them otherwise. */
  readonly renamedFields: Readonly<Record<string, string>>
  /** Fields of the request that it refuses, by our names for them: they are left out, and reported. */
  readonly refusedFields: readonly string[]
}

/** The hosts whose quirks are known. `compatible` is any other. */
export type HostName =
  | 'openai'
  | 'azure'
  | 'ollama'
  | 'llama.cpp'
  | 'vllm'
  | 'lm-studio'
  | 'deepseek'
  | 'gemini'
  | 'groq'
  | 'mistral'
  | 'openrouter'
  | 'xai'
  | 'compatible'

/** What most hosts take. */
const compatible: HostQuirks = {
  maxTokensField: 'max_tokens',
  asksForUsage: true,
  systemRole: 'system',
  systemAnywhere: true,
  repeatedUserRole: true,
  userAfterTool: true,
  prefixMark: false,
  toolCallId: '^[a-zA-Z0-9_-]{1,64}$',
  reasoningBack: 'with-calls',
  effort: 'reasoning_effort',
  maxEffort: 'high',
  structuredOutput: 'json_schema',
  recursiveSchemas: true,
  strictTools: false,
  seedField: 'seed',
  serviceTier: false,
  maxStopSequences: 16,
  strictSampling: false,
  refusalPart: false,
  media: ['image', 'audio', 'file'],
  imageByUrl: true,
  renamedFields: {},
  refusedFields: [],
}

const openai: HostQuirks = {
  ...compatible,
  maxTokensField: 'max_completion_tokens',
  toolCallId: '^[a-zA-Z0-9_-]{1,40}$',
  reasoningBack: 'never',
  maxEffort: 'max',
  structuredOutput: 'strict',
  strictTools: true,
  serviceTier: true,
  maxStopSequences: 4,
  strictSampling: true,
  refusalPart: true,
}

/** Servers that fill the model's own chat template, which is often strict about the order of roles. */
const templated: HostQuirks = {
  ...compatible,
  systemAnywhere: false,
  repeatedUserRole: false,
  media: ['image', 'audio'],
}

/** The quirks by host. */
export const hostTable: Readonly<Record<HostName, HostQuirks>> = {
  compatible,
  openai,
  azure: { ...openai, serviceTier: false },
  ollama: { ...compatible, media: ['image'], imageByUrl: false },
  'llama.cpp': { ...templated, effort: 'none' },
  vllm: templated,
  'lm-studio': { ...templated, media: ['image'], imageByUrl: false },
  deepseek: {
    ...compatible,
    reasoningBack: 'required-with-calls',
    effort: 'thinking',
    maxEffort: 'max',
    structuredOutput: 'json_object',
    media: [],
  },
  // https://ai.google.dev/gemini-api/docs/openai, /docs/structured-output
  gemini: { ...compatible, recursiveSchemas: false, media: ['image', 'audio'] },
  groq: {
    ...compatible,
    maxTokensField: 'max_completion_tokens',
    reasoningBack: 'never',
    serviceTier: true,
    maxStopSequences: 4,
    media: ['image'],
  },
  mistral: {
    ...compatible,
    asksForUsage: false,
    systemAnywhere: false,
    userAfterTool: false,
    // https://docs.mistral.ai/capabilities/completion/prefix
    prefixMark: true,
    toolCallId: '^[a-zA-Z0-9]{9}$',
    reasoningBack: 'always',
    effort: 'none',
    structuredOutput: 'strict',
    seedField: 'random_seed',
    media: ['image', 'audio'],
  },
  openrouter: {
    ...compatible,
    reasoningBack: 'always',
    effort: 'reasoning',
    maxEffort: 'xhigh',
    structuredOutput: 'strict',
    serviceTier: true,
    maxStopSequences: 4,
  },
  xai: { ...compatible, structuredOutput: 'strict', maxStopSequences: 4, media: ['image'] },
}

const namesOfHosts: readonly (readonly [domain: string, host: HostName])[] = [
  ['openai.azure.com', 'azure'],
  ['cognitiveservices.azure.com', 'azure'],
  ['services.ai.azure.com', 'azure'],
  ['api.openai.com', 'openai'],
  ['api.deepseek.com', 'deepseek'],
  ['generativelanguage.googleapis.com', 'gemini'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral'],
  ['openrouter.ai', 'openrouter'],
  ['api.x.ai', 'xai'],
]

/** The ports that the servers for one's own machine take by default. */
const ports: readonly (readonly [port: string, host: HostName])[] = [
  [':11434', 'ollama'],
  [':1234', 'lm-studio'],
]

/** Which host this is: by its domain, or its port. */
export function detectHost(host: string): HostName {
  const named = namesOfHosts.find(([domain]) => host === domain || host.endsWith(`.${domain}`))
  return (named ?? ports.find(([port]) => host.endsWith(port)))?.[1] ?? 'compatible'
}

/**
 * The quirks of a host: of the one named, or what is given in place of what detection finds.
 * @throws EngineError `invalid_options` when there is no host of that name.
 */
export function quirksOf(choice: HostName | Partial<HostQuirks> | undefined, host: string): HostQuirks {
  if (typeof choice === 'object') {
    checkQuirks(choice)
    return { ...hostTable[detectHost(host)], ...choice }
  }
  const name = choice ?? detectHost(host)
  if (Object.hasOwn(hostTable, name)) return hostTable[name]
  const names = Object.keys(hostTable).join(', ')
  throw new EngineError('invalid_options', `there is no host ${name}: the hosts are ${names}`)
}

/** @throws EngineError `invalid_options` naming the entry. */
function checkQuirks(choice: Partial<HostQuirks>): void {
  const problem = unknownOption(choice, Object.keys(compatible), 'host')
  if (problem !== undefined) throw new EngineError('invalid_options', problem)
  const known: Readonly<Record<string, unknown>> = { ...compatible }
  for (const [name, value] of Object.entries(choice)) {
    const example = known[name]
    if (typeof value !== typeof example || Array.isArray(value) !== Array.isArray(example))
      throw new EngineError('invalid_options', `host.${name} must be such as ${quote(example)}, not ${quote(value)}`)
  }
}

/** Hosts that are known to serve nobody without a key. */
const keyed: ReadonlySet<HostName> = new Set(['openai', 'azure', 'deepseek', 'groq', 'mistral', 'openrouter', 'xai'])

/** Whether a host is known to want a key: the one named, else what detection finds. */
export function needsKey(choice: HostName | Partial<HostQuirks> | undefined, host: string): boolean {
  return keyed.has(typeof choice === 'string' ? choice : detectHost(host))
}
