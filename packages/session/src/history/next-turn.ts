import type { Clock, IdGenerator } from '@geppetto/context'
import { readInferenceConfig, withOutputSchema } from '@geppetto/engine'
import {
  appendBlocks,
  assertValidTurn,
  createTurn,
  type DataKey,
  defined,
  type InferenceConfig,
  quote,
  runInferenceConfigKey,
  type StructuredOutput,
  structuredOutputKey,
  type Turn,
  userBlock,
  withData,
  withoutData,
  withoutView,
} from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import type { Prompt } from '../contract/session-options.ts'
import type { StartOptions } from '../contract/start-options.ts'
import { dismissPending } from './answers.ts'
import type { History } from './history.ts'
import type { TurnSource } from './turn-source.ts'

/** The turn that follows `latest` when the user says `prompt`. Copies data, never metadata. */
function promptTurn(latest: Turn | undefined, prompt: Prompt, clock: Clock, ids: IdGenerator): Turn {
  const createdAt = clock.now()
  const said = userBlock(prompt, { id: ids.next('blk'), createdAt })
  const id = ids.next('turn')
  if (latest === undefined) return createTurn({ id, createdAt, blocks: [said] })
  const { id: parentId, data } = latest
  const { blocks } = dismissPending(latest)
  return appendBlocks(createTurn({ id, createdAt, parentId, data, blocks }), said)
}

/** Appends the turn that follows when the user says `prompt`. @throws SessionBusyError while a run is active; TurnError `invalid_block` */
export function appendPrompt(source: TurnSource, prompt: Prompt): Turn {
  const { history, clock, ids } = source
  source.assertIdle()
  const turn = promptTurn(history.latest, prompt, clock, ids)
  // Ids or a clock that are not ours may have started a run meanwhile.
  source.assertIdle()
  history.append(turn)
  return turn
}

/** A turn of the caller's making, as it goes into the history. @throws TurnError `invalid_turn`; SessionError `duplicate_turn` */
export function givenTurn(turn: Turn, history: History): Turn {
  if (typeof turn !== 'object' || turn === null)
    throw new SessionError('invalid_options', `turn must be a turn, not ${quote(turn)}: createTurn makes one`, {
      field: 'turn',
    })
  assertValidTurn(turn)
  history.assertNew(turn.id)
  // With the fields of later versions, and of no view that the caller may have made.
  return withoutView(turn)
}

/** @throws SessionError `no_turn` when the history is empty. */
export function requireLatest(history: History): Turn {
  assertHasTurn(history)
  return history.get(history.count - 1)
}

/** Looks at none. @throws SessionError `no_turn` when the history is empty. */
export function assertHasTurn(history: History): void {
  if (history.count === 0)
    throw new SessionError('no_turn', 'the session has no turn: use appendNewTurnFromUserPrompt or append first')
}

/** What is asked for in one run, as it goes into the turn. */
export interface Asked {
  readonly output?: StructuredOutput
  readonly inferenceConfig?: InferenceConfig
}

/** What the options ask for. @throws EngineError `invalid_options`; TurnError `invalid_schema` */
export function askedOf({ output, inferenceConfig }: StartOptions): Asked {
  return defined({
    output: output === undefined ? undefined : structuredOutputKey.read(withOutputSchema(createTurn(), output).data),
    inferenceConfig: inferenceConfig === undefined ? undefined : readInferenceConfig(inferenceConfig),
  })
}

/** The latest turn as a run begins with it. @throws SessionError `no_turn`, `nothing_to_run` */
export function runnableTurn(history: History, { output, inferenceConfig }: Asked): Turn {
  const latest = requireLatest(history)
  if (latest.blocks.length === 0)
    throw new SessionError('nothing_to_run', 'the latest turn is empty: append what the user says first')
  if (history.isCompleted)
    throw new SessionError('nothing_to_run', 'the latest turn is already completed: append a new one first')
  return withRunData(withRunData(latest, structuredOutputKey, output), runInferenceConfigKey, inferenceConfig)
}

function withRunData<T>(turn: Turn, key: DataKey<T>, value: T | undefined): Turn {
  return value === undefined ? withoutData(turn, key) : withData(turn, key, value)
}
