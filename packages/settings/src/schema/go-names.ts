import { nearestName } from '@geppetto/turns'

// The settings that Go geppetto has and that are called otherwise here, or are not here at all.
// https://github.com/go-go-golems/geppetto, pkg/steps/ai/settings and pkg/inference/engine

/** Two names of one setting. Within one source the name of this library wins, as it does in Go; between layers the stronger one. */
const otherNames: Readonly<Record<string, string>> = {
  'chat.temperature': 'inference.temperature',
  'chat.top_p': 'inference.top_p',
  'chat.max_response_tokens': 'inference.max_response_tokens',
  'chat.stop': 'inference.stop',
  'chat.api_keys': 'api.api_keys',
  'client.timeout_second': 'client.timeout',
  'openai.reasoning_effort': 'inference.reasoning_effort',
}

const always = 'answers always stream here'
const noCache = 'answers are not kept for other prompts here'
const perRun = 'the form of an answer is given with the run: output of StartOptions'
const ofSdk = 'the SDK of the vendor has it: pass a client of your own'
const notHere = 'there is nothing like it here'

/** Why a setting of Go's has no counterpart; sections with all that is below them. */
const without: Readonly<Record<string, string>> = {
  'chat.stream': always,
  'chat.cache_type': noCache,
  'chat.cache_max_size': noCache,
  'chat.cache_max_entries': noCache,
  'chat.cache_directory': noCache,
  'chat.structured_output_mode': perRun,
  'chat.structured_output_name': perRun,
  'chat.structured_output_description': perRun,
  'chat.structured_output_schema': perRun,
  'chat.structured_output_strict': perRun,
  'chat.structured_output_require_valid': perRun,
  'client.organization': ofSdk,
  'client.user_agent': ofSdk,
  'client.proxy_url': ofSdk,
  'client.proxy_from_environment': ofSdk,
  'openai.n': 'an answer is one here',
  'ollama.mirostat': notHere,
  'ollama.temperature': 'inference.temperature is for all providers',
  'ollama.seed': 'inference.seed is for all providers',
  embeddings: 'there are no embeddings here',
  rerank: 'there is no reranking here',
  gemini: 'no package for it is registered',
  ollama: notHere,
}

/** The sections of the providers that there are, also where they are not registered. */
const sectionPackages: Readonly<Record<string, string>> = {
  openai: '@geppetto/provider-openai',
  claude: '@geppetto/provider-anthropic',
  eliza: '@geppetto/provider-eliza',
}

/** The name of this library for a setting; itself where it has no other. */
export function ownName(path: string): string {
  const [other] = Object.entries(otherNames).filter(([name]) => path === name || path.startsWith(`${name}.`))
  return other === undefined ? path : other[1] + path.slice(other[0].length)
}

/** What Go geppetto has and what becomes of it, for people. */
export function foreignNames(): readonly { readonly path: string; readonly note: string }[] {
  const others = Object.entries(otherNames).map(([path, own]) => ({ path, note: `The same as ${own}.` }))
  const left = Object.entries(without).map(([path, why]) => ({ path, note: `Left out: ${why}.` }))
  return [...others, ...left]
}

/** Whether this name, or one below it, is another name for a setting. */
export function isOtherName(path: string): boolean {
  return ownName(path) !== path
}

/** Why a setting that others have is left out here; undefined where nobody has it. */
export function whyWithout(path: string): string | undefined {
  const exact = without[path] ?? without[path.split('.')[0] ?? '']
  if (exact !== undefined) return exact
  const packageName = sectionPackages[path.split('.')[0] ?? '']
  return packageName === undefined ? undefined : `${packageName} is not registered`
}

/** What other programs call settings. */
const wordsOfOthers: Readonly<Record<string, string>> = {
  model: 'chat.engine',
  provider: 'chat.api_type',
  api: 'chat.api_type',
  api_key: 'api.api_keys',
  max_tokens: 'inference.max_response_tokens',
  max_output_tokens: 'inference.max_response_tokens',
  reasoning: 'inference.reasoning_effort',
  stop_sequences: 'inference.stop',
}

/** What may be meant by a name that nothing has, among the names at its place and then everywhere. */
export function whatIsMeant(path: string, siblings: readonly string[], all: readonly string[]): string | undefined {
  const prefix = path.slice(0, path.lastIndexOf('.') + 1)
  const last = path.slice(prefix.length)
  const elsewhere = all.find((other) => other.endsWith(`.${last}`))
  if (elsewhere !== undefined) return elsewhere
  if (last.endsWith('-api-key')) return `api.api_keys.${last}`
  if (last.endsWith('-base-url')) return `api.base_urls.${last}`
  const known = wordsOfOthers[last]
  if (known !== undefined && all.includes(known)) return known
  const near = nearestName(last, siblings)
  if (near !== undefined) return prefix + near
  const byLastName = new Map(all.map((other) => [other.slice(other.lastIndexOf('.') + 1), other]))
  const far = nearestName(last, [...byLastName.keys()])
  return far === undefined ? undefined : byLastName.get(far)
}
