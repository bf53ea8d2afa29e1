import type { Advice } from '../call-site.ts'

/** Whose client it is that a loop is written around. */
export type Vendor = 'openai' | 'anthropic'

export function vendorOf(module: string): Vendor | undefined {
  if (/^(?:openai|groq-sdk|together-ai)(?:\/|$)/.test(module)) return 'openai'
  return /^@anthropic-ai\/(?:sdk|bedrock-sdk|vertex-sdk|foundry-sdk)(?:\/|$)/.test(module) ? 'anthropic' : undefined
}

/** What makes a conversation go on, as the end of a chain such as `client.chat.completions.create`. */
export const vendorCalls: Readonly<Record<Vendor, RegExp>> = {
  openai: /(?:^|\.)(?:beta\.)?(?:chat\.completions|responses)\.(?:create|stream|parse|runTools|runFunctions)$/,
  anthropic: /(?:^|\.)(?:beta\.)?messages\.(?:create|stream|parse|toolRunner)$/,
}

/** The same by hand: the address in a `fetch`. */
export const vendorAddress: RegExp =
  /^https:\/\/(?:api\.openai\.com\/v1\/(?:chat\/completions|responses)|api\.anthropic\.com\/v1\/messages)\b/

/** What only sources have in which a loop may stand. */
export const worthReadingLoop: RegExp =
  /\.(?:completions|responses|messages)[\s?!]*\.\s*\w|api\.(?:openai|anthropic)\.com|['"](?:openai|groq-sdk|together-ai|@anthropic-ai)(?:\/|['"])/

export const sdkAdvice: Readonly<Record<'call' | 'abort' | 'flag' | 'messages' | 'loop' | 'arguments', Advice>> = {
  call: { use: 'session.submit(prompt): an engine makes the call, the session keeps what comes', anchor: 'the-call' },
  abort: { use: 'handle.cancel(), which resolves when the session is free', anchor: 'the-abort-controller' },
  flag: { use: 'session.isRunning; a second start throws', anchor: 'the-running-flag' },
  messages: { use: 'the history of the session: nothing is pushed', anchor: 'the-messages-array' },
  loop: { use: 'tools and loopConfig of createEngineBuilder', anchor: 'the-tool-loop' },
  arguments: {
    use: 'defineTool({ input: schema }): nothing runs on arguments that nobody checked',
    anchor: 'the-tool-loop',
  },
}

export const flagName: RegExp =
  /^(?:is|has|set)?_?(?:running|streaming|busy|loading|generating|responding|thinking|inflight|inprogress|pending|active)$/i

export const messagesName: RegExp = /(?:messages|history|conversation|transcript|turns)$/i

/** The types in which the vendors' SDKs say what a conversation is. */
export const messagesType: RegExp =
  /^(?:ChatCompletionMessage(?:Param)?|MessageParam|BetaMessageParam|ResponseInput(?:Item)?|ResponseInput)$/
