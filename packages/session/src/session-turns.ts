import type { Turn } from '@geppetto/turns'
import { assertIndex, assertOptionsOf } from './contract/known-options.ts'
import { assertPrompt, type Prompt } from './contract/session-options.ts'
import { type AnsweredCall, answerCalls } from './history/answers.ts'
import type { BranchSummary } from './history/branch-summary.ts'
import { appendPrompt, givenTurn, requireLatest } from './history/next-turn.ts'
import { type FirstTurn, turnToRunAgain, turnWithPrompt } from './history/sibling-turn.ts'
import type { TurnSource } from './history/turn-source.ts'

/** The turn that is meant: its index, from 0. Default: the latest. */
export interface TurnPlace {
  readonly at?: number
}

const placeHint = 'A turn is meant by its index, from 0: at'

/** How else one may want to say which turn is meant. */
export const placeHints: { readonly [name: string]: string } = {
  turn: placeHint,
  turnId: placeHint,
  index: placeHint,
  parentId: placeHint,
}

/** The turns of a session, and what may be done to them while no run is active. */
export class SessionTurns {
  readonly #source: TurnSource

  /** @internal A session is one. */
  constructor(source: TurnSource) {
    this.#source = source
  }

  /** The latest turn, in its newest state; undefined before the first. */
  get latest(): Turn | undefined {
    return this.#source.history.latest
  }

  /** How many turns there are from the first to the latest. */
  get turnCount(): number {
    return this.#source.history.count
  }

  /** The turn at `index`, from 0. @throws SessionError `no_such_turn` */
  getTurn(index: number): Turn {
    assertIndex(index, 'index')
    return this.#source.history.get(index)
  }

  /** The turn of that id, on whichever branch it is. The head stays where it is. @throws SessionError `no_such_turn` */
  findTurn(turnId: string): Turn {
    return this.#source.history.find(turnId)
  }

  /** Appends a turn of the caller's making. @throws SessionBusyError while a run is active; TurnError `invalid_turn`; SessionError `duplicate_turn` */
  append(turn: Turn): void {
    const { history } = this.#source
    this.#source.assertIdle()
    history.append(givenTurn(turn, history))
  }

  /**
   * Appends a turn that begins with the latest turn's blocks and adds what the user says. Calls that still wait for an answer are dismissed.
   * @throws SessionBusyError while a run is active; TurnError `invalid_block` when the prompt is empty.
   */
  appendNewTurnFromUserPrompt(prompt: Prompt): Turn {
    assertPrompt(prompt)
    return appendPrompt(this.#source, prompt)
  }

  /**
   * Answers calls that a `waiting` run left open: the next start goes on from there.
   * @throws SessionError `no_such_call` when a call does not wait for an answer.
   */
  answerToolCalls(answers: readonly AnsweredCall[]): Turn {
    const { history } = this.#source
    this.#source.assertIdle()
    const turn = answerCalls(requireLatest(history), answers)
    history.replaceLatest(turn)
    return turn
  }

  /**
   * Appends a turn beside the one at `at`, with the same prompt and without its answer: the next start asks again. Nothing is lost: see
   * {@link branches}.
   * @throws SessionBusyError while a run is active; SessionError `no_such_turn`
   */
  regenerate(place: TurnPlace = {}): Turn {
    const { clock, ids } = this.#source
    return this.#appendBeside(place, (first) => turnToRunAgain(first, clock, ids))
  }

  /**
   * Appends a turn beside the one at `at`, with another prompt in place of its own, ready to be started.
   * @throws SessionBusyError while a run is active; SessionError `no_such_turn`; TurnError `invalid_block` when the prompt is empty.
   */
  editPrompt(prompt: Prompt, place: TurnPlace = {}): Turn {
    assertPrompt(prompt)
    const { clock, ids } = this.#source
    return this.#appendBeside(place, (first) => turnWithPrompt(first, prompt, clock, ids))
  }

  /**
   * The branches of the session to their ends, the oldest end first: `checkout(tipId)` goes on with one. Which of them part at a turn, `transcript()` has with the turn
   * (`branches`).
   */
  branches(): readonly BranchSummary[] {
    return this.#source.history.branches()
  }

  /**
   * Makes another turn the latest, on whichever branch it is. The turns behind it stay: check them out to go on there.
   * @throws SessionBusyError while a run is active; SessionError `no_such_turn`
   */
  checkout(turnId: string): Turn {
    const { history } = this.#source
    this.#source.assertIdle()
    history.checkout(turnId)
    return requireLatest(history)
  }

  #appendBeside(place: TurnPlace, make: (first: FirstTurn) => Turn): Turn {
    const { history } = this.#source
    this.#source.assertIdle()
    const index = this.#indexOf(place)
    const turn = make(history.getFirst(index))
    this.#source.assertIdle()
    history.appendBeside(index, turn)
    return turn
  }

  #indexOf(place: TurnPlace): number {
    assertOptionsOf(place, 'regenerate({ at }) or editPrompt(prompt, { at })', ['at'], placeHints)
    const { at = this.turnCount - 1 } = place
    assertIndex(at, 'at')
    return at
  }
}
