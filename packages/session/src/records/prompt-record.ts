import {
  type Block,
  decodeBlock,
  defined,
  type ErrorData,
  type InferenceConfig,
  isTurnError,
  type JsonObject,
  runInferenceConfigKey,
  type StopReason,
  type StructuredOutput,
} from '@geppetto/turns'
import { type RunRequest, readRequest } from '../contract/run-request.ts'
import { type RecordPlace, refuse, requireObject, requireText, requireTime } from '../contract/stored-field.ts'
import { requireStop } from './run-record.ts'
import { readErrorData } from './stored-facts.ts'

/** What a user said. */
export type UserBlock = Extract<Block, { readonly kind: 'user' }>

/** A record about a prompt that waits for its run. Until it ends it is the same one, whatever process has the session. */
export type PromptRecord =
  | (Partial<RunRequest> & {
      readonly type: 'prompt-queued'
      /** The run that it will be. */
      readonly runId: string
      /** It goes before those that are not. */
      readonly isUrgent: boolean
      readonly submittedAt: number
      readonly said: UserBlock
      readonly tags?: { readonly [name: string]: string }
      readonly output?: StructuredOutput
      readonly inferenceConfig?: InferenceConfig
    })
  | { readonly type: 'prompt-edited'; readonly runId: string; readonly said: UserBlock }
  | {
      readonly type: 'prompt-ended'
      readonly runId: string
      /** `delivered`: it is a turn of the history, and was given to its run. */
      readonly state: 'delivered' | 'withdrawn' | 'failed'
      /** Of one that never became a run. */
      readonly stop?: StopReason
      readonly error?: ErrorData
    }

/** Reads a record about a prompt; undefined where its type is none of theirs. @throws SessionError `invalid_stored_session` */
export function decodePromptRecord(place: RecordPlace, type: string, record: JsonObject): PromptRecord | undefined {
  const runId = (): string => requireText(place, record.runId, 'runId')
  switch (type) {
    case 'prompt-queued': {
      const { tags, output, inferenceConfig, isUrgent } = record
      if (typeof isUrgent !== 'boolean') return refuse(place, 'isUrgent', 'isUrgent must be true or false')
      return {
        type,
        runId: runId(),
        isUrgent,
        submittedAt: requireTime(place, record.submittedAt, 'submittedAt'),
        said: decodeSaid(place, record.said),
        ...readRequest(place, record),
        ...defined({
          tags: tags === undefined ? undefined : decodeTags(place, tags),
          output: output === undefined ? undefined : decodeOutput(place, output),
          inferenceConfig: inferenceConfig === undefined ? undefined : decodeConfig(place, inferenceConfig),
        }),
      }
    }
    case 'prompt-edited':
      return { type, runId: runId(), said: decodeSaid(place, record.said) }
    case 'prompt-ended': {
      const { state, stop, error } = record
      if (state !== 'delivered' && state !== 'withdrawn' && state !== 'failed')
        return refuse(place, 'state', 'state must be delivered, withdrawn or failed')
      return {
        type,
        runId: runId(),
        state,
        ...defined({
          stop: stop === undefined ? undefined : requireStop(place, stop),
          error: error === undefined ? undefined : readErrorData(place, error, 'error'),
        }),
      }
    }
    default:
      return undefined
  }
}

function decodeSaid(place: RecordPlace, stored: unknown): UserBlock {
  try {
    const block = decodeBlock(stored, 'said')
    return block.kind === 'user' ? block : refuse(place, 'said.kind', 'said must be what a user said')
  } catch (error) {
    if (!isTurnError(error)) throw error
    return refuse(place, error.field ?? 'said', error.message, error)
  }
}

function decodeTags(place: RecordPlace, stored: unknown): { readonly [name: string]: string } {
  const tags = Object.entries(requireObject(place, stored, 'tags')).map(([name, tag]): [string, string] => [
    name,
    typeof tag === 'string' ? tag : refuse(place, `tags.${name}`, `tags.${name} must be a text`),
  ])
  return Object.fromEntries(tags)
}

function decodeOutput(place: RecordPlace, stored: unknown): StructuredOutput {
  const { name, schema } = requireObject(place, stored, 'output')
  return { name: requireText(place, name, 'output.name'), schema: requireObject(place, schema, 'output.schema') }
}

function decodeConfig(place: RecordPlace, stored: unknown): InferenceConfig {
  const config = requireObject(place, stored, 'inferenceConfig')
  try {
    return runInferenceConfigKey.read({ [runInferenceConfigKey.name]: config }) ?? {}
  } catch (error) {
    if (!isTurnError(error)) throw error
    return refuse(place, 'inferenceConfig', error.message, error)
  }
}
