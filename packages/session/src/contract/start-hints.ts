const signalHint = 'A signal goes with the context: background({ signal }) of @geppetto/context'
const configHint = 'Settings of the model for one run are inferenceConfig: { … }, where maxTokens is maxOutputTokens'
const handleHint =
  'A run is waited for by its handle: handle.wait(); what happens in it goes to eventSinks of the builder'
const turnHint =
  'The prompt comes first, and the session keeps the conversation: what others said is appended by session.append'

/** What other libraries call it, or where else it is said. */
export const startHints: { readonly [name: string]: string } = {
  abortSignal: signalHint,
  signal: signalHint,
  timeout: 'A time limit goes with the context: withTimeout(ctx, ms) of @geppetto/context',
  schema: 'The form of the answer is output',
  experimental_output: 'The form of the answer is output',
  system: 'It is a middleware of the builder: createEngineBuilder({ middlewares: [systemPrompt(text)] })',
  instructions: 'They are a middleware of the builder: createEngineBuilder({ middlewares: [systemPrompt(text)] })',
  messages: turnHint,
  prompt: turnHint,
  model:
    'The engine is given to the builder: createEngineBuilder({ base }); another model for one run is inferenceConfig: { model }',
  tools: 'Tools are given to the builder: createEngineBuilder({ tools })',
  toolChoice: 'It is given to the builder: createEngineBuilder({ toolConfig: { choice } })',
  maxSteps: 'It is given to the builder: createEngineBuilder({ loopConfig: { maxIterations } })',
  stopWhen: 'Steps are limited by the builder: createEngineBuilder({ loopConfig: { maxIterations } })',
  maxRetries: 'It is given to the builder: createEngineBuilder({ retry: { attempts } })',
  onFinish: handleHint,
  onChunk: handleHint,
  onError: handleHint,
  onStepFinish: handleHint,
  ...Object.fromEntries(
    [
      'temperature',
      'topP',
      'maxTokens',
      'maxOutputTokens',
      'stopSequences',
      'seed',
      'reasoning',
      'providerOptions',
    ].map((name) => [name, configHint]),
  ),
}
