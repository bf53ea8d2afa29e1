import { type ModuleRules, named } from './module-rules.ts'

const guide = 'langchain'

/** Retrieval has no counterpart: what finds the texts stays, and a tool or a middleware hands them on. */
const kept =
  /embedding|vector|splitter|loader|retriever|^document$|^docstore|cache$|indexing|rerank|compressor|pinecone|chroma|qdrant|faiss|hnswlib|weaviate|milvus|dalle|^toFile$/i

const names = named(
  [
    'ChatOpenAI ChatOpenAIResponses ChatOpenAICompletions AzureChatOpenAI OpenAI',
    'openaiResponses({ model }) or openaiChat({ model }) of @geppetto/provider-openai',
    'models',
  ],
  ['ChatAnthropic', 'anthropic({ model }) of @geppetto/provider-anthropic', 'models'],
  [
    'initChatModel BaseChatModel BaseLanguageModel',
    'an engine of a provider package, or one made by @geppetto/settings',
    'models',
  ],
  [
    'ChatOllama ChatGroq ChatMistralAI ChatDeepSeek ChatXAI ChatTogetherAI ChatFireworks',
    'openaiChat({ model, baseUrl }) of @geppetto/provider-openai',
    'models',
  ],
  [
    'RunnableSequence RunnableLambda RunnablePassthrough RunnableParallel RunnableMap RunnableBranch RunnableConfig Runnable LLMChain',
    'functions of your own around session.run(prompt)',
    'chains',
  ],
  [
    'ChatPromptTemplate PromptTemplate MessagesPlaceholder SystemMessagePromptTemplate HumanMessagePromptTemplate FewShotPromptTemplate',
    'a function that returns the prompt, and systemPrompt(text)',
    'prompts',
  ],
  ['StringOutputParser', 'assistantText(turn)', 'output'],
  [
    'JsonOutputParser StructuredOutputParser OutputFixingParser parsePartialJson JsonOutputFunctionsParser toolStrategy providerStrategy',
    '{ output: schema } and parseOutput(result, schema)',
    'output',
  ],
  [
    'HumanMessage AIMessage SystemMessage ToolMessage BaseMessage AIMessageChunk FunctionMessage ChatMessage isAIMessage isHumanMessage isToolMessage isBaseMessage Messages MessageContent MessageContentComplex MessageContentText ToolCall messagesStateReducer',
    'the history of the session: userBlock, assistantBlock, … where one is made by hand',
    'messages',
  ],
  [
    'trimMessages filterMessages mergeMessageRuns RemoveMessage',
    'a middleware that calls next(ctx, withView(turn, fewer))',
    'middleware',
  ],
  [
    'tool DynamicStructuredTool DynamicTool StructuredTool Tool ToolNode StructuredToolInterface TavilySearchResults TavilySearch ToolRuntime',
    'defineTool({ name, input, effects, execute })',
    'tools',
  ],
  [
    'createAgent createReactAgent createToolCallingAgent createOpenAIToolsAgent createOpenAIFunctionsAgent AgentExecutor initializeAgentExecutorWithOptions ReactAgent',
    'createEngineBuilder({ base, tools }) in a Session',
    'agents',
  ],
  [
    'createMiddleware summarizationMiddleware modelFallbackMiddleware anthropicPromptCachingMiddleware',
    'defineMiddleware(name, (next) => …), fallback(engines)',
    'middleware',
  ],
  [
    'humanInTheLoopMiddleware interrupt Command HumanInterrupt HumanResponse ActionRequest HITLRequest HITLResponse',
    'authorize of the executor, or a tool without execute, and session.answerToolCalls(…)',
    'approval',
  ],
  [
    'RunnableWithMessageHistory BufferMemory ConversationChain ConversationSummaryMemory BufferWindowMemory ChatMessageHistory InMemoryChatMessageHistory',
    'the session itself, with a store where it must survive',
    'memory',
  ],
  [
    'MemorySaver BaseCheckpointSaver SqliteSaver PostgresSaver InMemoryStore BaseStore',
    'a store of the session: createMemoryStore(), openSqliteStore(path)',
    'memory',
  ],
  [
    'StateGraph Annotation MessagesAnnotation StateSchema START END Send entrypoint task addMessages LangGraphRunnableConfig CompiledStateGraph GraphRecursionError',
    'the loop of createEngineBuilder; what is not a tool loop stays code of your own',
    'graphs',
  ],
  [
    'BaseCallbackHandler ConsoleCallbackHandler CallbackManager LangChainTracer',
    'a sink: eventSinks of createEngineBuilder',
    'events',
  ],
  [
    'FakeListChatModel FakeStreamingChatModel FakeChatModel fakeModel',
    'createScriptedEngine of @geppetto/testing',
    'tests',
  ],
)

const patterns: ModuleRules['patterns'] = [
  [
    /Middleware$/,
    { use: 'defineMiddleware(name, (next) => …) in middlewares of createEngineBuilder', anchor: 'middleware' },
  ],
  [/Runnable/, { use: 'functions of your own around session.run(prompt)', anchor: 'chains' }],
  [/interrupt/i, { use: 'authorize of the executor, or a tool without execute', anchor: 'approval' }],
  [/graph|channel|command|state/i, { use: 'the loop of createEngineBuilder, and code of your own', anchor: 'graphs' }],
  [/message|content/i, { use: 'the history of the session: turns of blocks', anchor: 'messages' }],
  [/parser|strategy|output/i, { use: '{ output: schema } and parseOutput(result, schema)', anchor: 'output' }],
  [/prompt/i, { use: 'a function that returns the prompt, and systemPrompt(text)', anchor: 'prompts' }],
  [/tool/i, { use: 'defineTool({ name, input, effects, execute })', anchor: 'tools' }],
  [/^(?:azure|base)?chat|openai/i, { use: 'an engine of a provider package', anchor: 'models' }],
  [
    /store|saver|checkpoint|memory|history/i,
    { use: 'the session itself, with a store where it must survive', anchor: 'memory' },
  ],
  [/agent/i, { use: 'createEngineBuilder({ base, tools }) in a Session', anchor: 'agents' }],
  [/handler|tracer|callback|stream|event/i, { use: 'a sink: eventSinks of createEngineBuilder', anchor: 'events' }],
]

/** LangChain.js and LangGraph.js, from 0.1 on. */
export const langchainRules: readonly ModuleRules[] = [
  {
    guide,
    // Whole modules of retrieval.
    modules:
      /^(?:@langchain\/textsplitters|(?:langchain|@langchain\/(?:community|core|classic))\/(?:vectorstores|document_loaders|documents|document_transformers|text_splitter|retrievers|embeddings|storage|indexes|indexing)(?:\/.+)?)$/,
    names: {},
    kept: /^/,
    patterns: [],
    other: { use: 'the table of the page', anchor: 'mapping-table' },
  },
  {
    guide,
    // What asks a server for its graphs, and shows them.
    modules: /^@langchain\/(?:langgraph-sdk|react|vue|svelte|angular)(?:\/.+)?$/,
    names: {},
    kept: /^$/,
    patterns: [],
    other: {
      use: '@geppetto/client and @geppetto/react, with createSessionServer behind them',
      anchor: 'in-the-browser',
    },
  },
  {
    guide,
    modules: /^(?:langchain|@langchain\/[^/]+)(?:\/.+)?$/,
    names,
    kept,
    patterns,
    other: { use: 'what the table of the page names', anchor: 'mapping-table' },
  },
]
