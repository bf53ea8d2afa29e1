import { type Degradation, NamesSoFar } from '@geppetto/engine'

/** What was said of a conversation. */
export interface SaidItems {
  /** Items as JSON texts, each of one or of several that are separated by commas. */
  readonly texts: readonly string[]
  /** What had to be rewritten. */
  readonly degradations: readonly Degradation[]
  /** The ids of calls that were given by us. */
  readonly callIds: NamesSoFar
  /** The provider's ids in the messages that go back as they came. */
  readonly wholeIds: NamesSoFar
  /** The provider's programs that began in them. */
  readonly programs: NamesSoFar
  /** What the provider keeps, and the items go on from. */
  readonly previousResponseId: string | undefined
}

/** Before anything is said. */
export const nothingSaid: SaidItems = {
  texts: [],
  degradations: [],
  callIds: NamesSoFar.none,
  wholeIds: NamesSoFar.none,
  programs: NamesSoFar.none,
  previousResponseId: undefined,
}
