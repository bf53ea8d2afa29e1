import { type ModuleRules, named } from './module-rules.ts'

const guide = 'ai-sdk'

/** What has nothing to do with conversations: vectors, images, speech. */
const kept = /embed|image|video|speech|transcri|rerank|cosineSimilarity|^generateId$|^createIdGenerator$/i

const textRules = named(
  ['streamText', 'session.submit(prompt), and handle.events() or a sink', 'streamtext'],
  ['generateText', 'await session.run(prompt)', 'generatetext'],
  ['generateObject streamObject Output', '{ output: schema } and parseOutput(result, schema)', 'generateobject'],
  ['tool dynamicTool Tool ToolSet', 'defineTool({ name, input, effects, execute })', 'tools-and-steps'],
  ['jsonSchema', 'jsonSchema of @geppetto/tools/json-schema', 'tools-and-steps'],
  ['zodSchema valibotSchema asSchema', 'the schema itself: anything that follows Standard Schema', 'tools-and-steps'],
  [
    'stepCountIs isStepCount hasToolCall isLoopFinished StopCondition',
    'loopConfig: { maxIterations } of createEngineBuilder',
    'tools-and-steps',
  ],
  ['Agent ToolLoopAgent Experimental_Agent', 'createEngineBuilder({ base, tools }) in a Session', 'agents'],
  [
    'ModelMessage CoreMessage UIMessage Message UserModelMessage AssistantModelMessage ToolModelMessage SystemModelMessage',
    'the history of the session: turns of blocks; importAISDKMessages for what is stored',
    'messages',
  ],
  [
    'convertToModelMessages convertToCoreMessages appendResponseMessages validateUIMessages safeValidateUIMessages',
    'nothing: each adapter prepares its request from the turn',
    'messages',
  ],
  ['pruneMessages', 'a middleware that calls next(ctx, withView(turn, fewer))', 'middleware'],
  [
    'wrapLanguageModel wrapProvider LanguageModelMiddleware defaultSettingsMiddleware extractReasoningMiddleware simulateStreamingMiddleware',
    'defineMiddleware(name, (next) => …) in middlewares of createEngineBuilder',
    'middleware',
  ],
  [
    'createProviderRegistry customProvider gateway createGateway LanguageModel',
    'an engine is a value: put them into a Map, or name them in settings',
    'providers',
  ],
  [
    'createUIMessageStream createUIMessageStreamResponse pipeUIMessageStreamToResponse createAgentUIStreamResponse readUIMessageStream',
    'createSessionServer of @geppetto/server',
    'usechat',
  ],
  [
    'DefaultChatTransport ChatTransport TextStreamChatTransport DirectChatTransport',
    'createClient of @geppetto/client',
    'usechat',
  ],
  ['smoothStream', 'nothing: a client draws at most once a frame', 'usechat'],
  [
    'APICallError NoObjectGeneratedError NoSuchToolError InvalidToolInputError RetryError AISDKError TypeValidationError NoOutputGeneratedError',
    'isEngineError(error) and its code; what a model did wrong is told to the model',
    'errors',
  ],
  ['simulateReadableStream', 'createScriptedEngine of @geppetto/testing', 'mocklanguagemodel'],
)

const patterns: ModuleRules['patterns'] = [
  [
    /Error$/,
    { use: 'isEngineError(error) and its code; what a model did wrong is told to the model', anchor: 'errors' },
  ],
  [
    /UI|Chat|Agent|Transport|TextStream/,
    { use: '@geppetto/client and @geppetto/react, with createSessionServer behind them', anchor: 'usechat' },
  ],
  [/message/i, { use: 'the history of the session: turns of blocks', anchor: 'messages' }],
  [
    /Middleware$/,
    { use: 'defineMiddleware(name, (next) => …) in middlewares of createEngineBuilder', anchor: 'middleware' },
  ],
  [/tool/i, { use: 'defineTool({ name, input, effects, execute })', anchor: 'tools-and-steps' }],
  [
    /provider|model/i,
    { use: 'an engine is a value: put them into a Map, or name them in settings', anchor: 'providers' },
  ],
]

/** Vercel's AI SDK, versions 4 to 7. */
export const aiSdkRules: readonly ModuleRules[] = [
  {
    guide,
    modules: /^ai\/test$/,
    names: {},
    kept,
    patterns: [],
    other: { use: 'createScriptedEngine of @geppetto/testing', anchor: 'mocklanguagemodel' },
  },
  {
    guide,
    modules: /^(?:ai\/(?:react|rsc|svelte|vue|solid)|@ai-sdk\/(?:react|rsc|svelte|vue|solid|angular|ui-utils))$/,
    names: named(
      ['useChat Chat useAssistant', 'useSession of @geppetto/react, with createSessionServer behind it', 'usechat'],
      ['useCompletion useObject experimental_useObject', 'useSession of @geppetto/react', 'usechat'],
      ['UIMessage Message', 'the turns of session.getState()', 'usechat'],
    ),
    kept: /^(?:generateId|createIdGenerator)$/,
    patterns: [],
    other: { use: '@geppetto/client and @geppetto/react', anchor: 'usechat' },
  },
  {
    guide,
    modules: /^@ai-sdk\/(?:provider|provider-utils)$/,
    names: {},
    kept,
    patterns: [],
    other: { use: 'the adapter contract of @geppetto/engine', anchor: 'providers' },
  },
  {
    guide,
    modules:
      /^@ai-sdk\/(?:openai|azure|openai-compatible|groq|deepseek|mistral|xai|togetherai|fireworks|cerebras|deepinfra|perplexity)$/,
    names: {},
    kept,
    keptMembers: kept,
    patterns: [],
    other: {
      use: 'openaiResponses({ model }) or openaiChat({ model, baseUrl }) of @geppetto/provider-openai',
      anchor: 'providers',
    },
  },
  {
    guide,
    modules: /^@ai-sdk\/.+$/,
    names: named(['anthropic createAnthropic', 'anthropic({ model }) of @geppetto/provider-anthropic', 'providers']),
    kept,
    keptMembers: kept,
    patterns: [],
    other: { use: 'an engine of a provider package', anchor: 'providers' },
  },
  {
    guide,
    modules: /^ai$/,
    names: textRules,
    kept,
    patterns,
    other: { use: 'what the table of the page names', anchor: 'mapping-table' },
  },
]
