import type { Turn } from '@geppetto/turns'
import { type KeptState, turnOf } from '../records/turn-change.ts'

/** Makes turns of their states. The one at the head is made once; what must hold of one that nobody has looked at is asked when it is first made. */
export class TurnReader {
  #kept: { readonly state: KeptState; readonly turn: Turn } | undefined
  #unchecked: { readonly state: KeptState; readonly check: (turn: Turn) => void } | undefined

  /** Has the turn of this state checked when it is first asked for, and again until it stands that. */
  checkFirst(state: KeptState, check: (turn: Turn) => void): void {
    this.#unchecked = { state, check }
  }

  /** The turn is the one of this state, and at the head. */
  keep(state: KeptState | undefined, turn: Turn): void {
    this.#kept = state && { state, turn }
  }

  /** @throws what the check of this state throws */
  read(state: KeptState): Turn {
    if (this.#kept?.state === state) return this.#kept.turn
    const turn = turnOf(state)
    if (this.#unchecked?.state === state) {
      this.#unchecked.check(turn)
      this.#unchecked = undefined
    }
    return turn
  }

  /** The same of the head. */
  readHead(state: KeptState): Turn {
    const turn = this.read(state)
    if (this.#kept?.state !== state) this.keep(state, turn)
    return turn
  }
}
