/** Where each provider’s API begins: some adapters know a host by its name. */
const baseUrls: Readonly<Record<string, string>> = {
  openai: 'https://api.openai.com/v1',
  azure: 'https://example.openai.azure.com/openai/deployments/openllmetry-testing?api-version=2024-02-01',
  deepseek: 'https://api.deepseek.com',
  groq: 'https://api.groq.com/openai/v1',
  mistral: 'https://api.mistral.ai/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  xai: 'https://api.x.ai/v1',
  anthropic: 'https://api.anthropic.com',
  // Speaks what it is spoken to, and has made nothing.
  gateway: 'https://gateway.example/v1',
}

/** Where the provider’s API begins. @throws Error for one that is not recorded. */
export function baseUrlOf(provider: string): string {
  const baseUrl = baseUrls[provider]
  if (baseUrl !== undefined) return baseUrl
  throw new Error(`there is no host for ${provider}`)
}

/** A `fetch` that asks the server at `url` whatever host is named, by real HTTP. */
export function fetchFrom(url: string): typeof fetch {
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input)
    return fetch(new Request(url + pathname + search, input instanceof Request ? input : init))
  }
}
