import { anthropic as byFetch } from './fetch.ts'
import { anthropic as bySdk } from './index.ts'

// Options may be undefined, as what is read from somewhere often is.
const none = undefined
const both = {
  model: 'claude-haiku-4-5',
  apiKey: 'k',
  baseUrl: none,
  browser: none,
  cache: none,
  serverTools: none,
  betas: none,
  timeLimits: { firstEventMs: none, idleMs: none, contentMs: none, totalMs: none },
  temperature: none,
  topP: none,
  maxOutputTokens: none,
  stopSequences: none,
  seed: none,
  reasoning: { effort: none, budget: none, summary: none },
  serviceTier: none,
  providerOptions: none,
} as const
bySdk({ ...both, client: none })
byFetch({ ...both, headers: none, fetch: none })
