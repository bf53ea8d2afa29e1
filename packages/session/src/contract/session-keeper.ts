/**
 * What keeps a session in a store: `sessionKeeper`, the same for every store. The store brings it along, so that a program whose sessions are in memory
 * alone does not load it.
 */
export interface SessionKeeper {
  readonly kind: 'session-keeper'
}
