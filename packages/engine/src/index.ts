export type { Degradation } from '@geppetto/events'
export type {
  CallUpdate,
  CountingAdapter,
  Decoder,
  DecoderOutput,
  GrowingWriter,
  ModelDefaults,
  PieceTarget,
  ProviderAdapter,
  ReasoningWriter,
  SegmentEnd,
  ServerToolEnd,
  ServerToolWriter,
  TextEnd,
  TextWriter,
  ToolCallWriter,
  TurnConstraints,
  WireFailure,
} from './adapter.ts'
export { type AdapterEngineOptions, createAdapterEngine } from './adapter-engine.ts'
export { readBaseUrl } from './base-url.ts'
export { callEngine, withCallCheck } from './call-engine.ts'
export { ConversationMemory, type Sayer } from './conversation-memory.ts'
export { type DegradationCode, degradationCodes, type Report, reportTo } from './degradations.ts'
export {
  type CountingEngine,
  defineMiddleware,
  type Engine,
  type EngineInfo,
  type Middleware,
  type PreparedRequest,
  type RequestTarget,
  type RunInference,
  type WireEngine,
} from './engine.ts'
export {
  EngineError,
  type EngineErrorCode,
  type EngineErrorFacts,
  isEngineError,
  isTurnShrunkError,
  TurnShrunkError,
  toEngineError,
  withFacts,
} from './engine-error.ts'
export {
  type EnvironmentUse,
  environmentUseOf,
  headersWithoutEnvironment,
  readEnvironment,
  type VendorEnvironment,
} from './environment.ts'
export { errorCodeOfStatus } from './error-code-of-status.ts'
export { withHint } from './error-hint.ts'
export { createFrameMemory, type FrameMemory, type FramePath } from './frame-memory.ts'
export { createIdFitter } from './id-fitter.ts'
export { imageTypeOf, imageTypes } from './image-type.ts'
export { providerOptionsOf, resolveInferenceConfig } from './inference-config.ts'
export { addItems, joinList } from './join-list.ts'
export { listIn, numberIn, objectIn, objectsIn, parseJsonObject, textIn } from './json-fields.ts'
export { maskTarget } from './mask-secrets.ts'
export { type ModelOptionRules, readInferenceConfig, readModelOptions } from './model-options.ts'
export { NamesSoFar } from './names-so-far.ts'
export { partialTurnOf } from './partial-turn.ts'
export { withoutHostLimits } from './patient-fetch.ts'
export { type ProviderCall, startProviderCall } from './provider-call.ts'
export type { ApiHost, ApiType, EngineRequest, ProviderDescriptor } from './provider-descriptor.ts'
export { keyFailureIn, readApiKey } from './read-api-key.ts'
export { isRecursiveSchema } from './recursive-schema.ts'
export { redirectError } from './redirect.ts'
export { modelFamily, type ReplayTarget, replayGroups } from './replay.ts'
export { previewRequest, type RequestPreview } from './request-preview.ts'
export { type RequestWatch, type WatchedRequest, withRequestWatch } from './request-watch.ts'
export { retryAfterMs } from './retry-after.ts'
export { followRootReference } from './root-reference.ts'
export { withoutSecretsIn } from './safe-cause.ts'
export { secretsIn } from './sent-secrets.ts'
export { createSseReader, type SseReader, type SseTaker } from './sse.ts'
export { type AnsweredRun, parseOutput, withOutputSchema } from './structured-output.ts'
export type { TimeLimits } from './time-limits.ts'
export { type BlockEstimate, estimateTokens, type TokenCount, type TokenEstimate } from './token-estimate.ts'
export {
  createFetchTransport,
  type FetchTransportOptions,
  joinAddress,
  type Transport,
  type WireResponse,
} from './transport.ts'
export { unsupported } from './unsupported.ts'
export { createWellFormedText, type WellFormedText } from './well-formed-text.ts'
