export type {
  AssistantBlock,
  Block,
  BlockBase,
  NativePart,
  ProviderBlock,
  ReasoningBlock,
  SystemBlock,
  ToolCallBlock,
  ToolCallInput,
  ToolOutcome,
  ToolResultBlock,
  UnknownBlock,
  UserBlock,
} from './block.ts'
export { countCommonBlocks, findBlockIndex, findResultIndex } from './block-list.ts'
export { findContentProblem } from './block-shape.ts'
export {
  assistantBlock,
  type BlockFields,
  providerBlock,
  reasoningBlock,
  systemBlock,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from './build-block.ts'
export {
  decodeBlock,
  decodeTurn,
  encodeBlock,
  encodeTurn,
  parseTurn,
  stringifyTurn,
  type TurnEnvelope,
} from './codec.ts'
export {
  type AudioPart,
  type Citation,
  type CitedPlace,
  type ContentPart,
  contentText,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type TextPart,
} from './content.ts'
export { diagnoseTurn, type TurnFinding, type TurnFindingCode } from './diagnose.ts'
export {
  defined,
  type ErrorData,
  GeppettoError,
  isOfFamily,
  isTurnError,
  quote,
  TurnError,
  type TurnErrorCode,
  toErrorData,
} from './errors.ts'
export { inferenceConfigOf, joinInferenceConfigs } from './inference-config.ts'
export { isJsonObject, isSameJson, type JsonObject, type JsonValue } from './json.ts'
export { type DataKey, defineKey, withData, withMetadata, withoutData } from './keys.ts'
export { nearestName, unknownOption } from './option-names.ts'
export { adoptFields, findNonJson, frozenJson, parseJson } from './own-json.ts'
export { viewedTurn } from './own-turn.ts'
export { type PrintTurnOptions, printTurn } from './print.ts'
export { type ProviderCallRecord, providerCalls, providerCallsKey, withProviderCall } from './provider-call.ts'
export { type RepairedTurn, repairTurn } from './repair.ts'
export type { TurnChange } from './repair-log.ts'
export {
  type InferenceConfig,
  inferenceConfigKey,
  runInferenceConfigKey,
  type StructuredOutput,
  structuredOutputKey,
  type ToolChoice,
  type ToolDefinition,
  toolChoiceKey,
  toolDefinitionsKey,
} from './request-data.ts'
export {
  type DescribedSchema,
  formatIssues,
  jsonSchemaOf,
  type Schema,
  type SchemaIssue,
  type SchemaResult,
} from './schema.ts'
export { type SealOptions, sealedResult, sealTurn } from './seal.ts'
export { isStopReason, type StopReason } from './stop-reason.ts'
export { pendingCalls, unansweredCalls } from './tool-calls.ts'
export { parseToolInput } from './tool-input.ts'
export {
  appendBlocks,
  assistantText,
  createTurn,
  furtherState,
  missingBlocks,
  replaceBlock,
  type Turn,
  type TurnFields,
  withBlocks,
  withOwnList,
} from './turn.ts'
export { findUnreadableBlock, type UnreadablePart } from './unreadable-parts.ts'
export { sumUsage, type Usage, type UsageTotals, usageTotals } from './usage.ts'
export { assertValidTurn, type TurnProblem, type ValidateOptions, validateTurn } from './validate.ts'
export { rebaseView, withoutView, withView } from './view.ts'
export { visibleText } from './visible-text.ts'
