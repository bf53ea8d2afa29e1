/**
 * Carries events as text, under topics: in memory, or over a message broker. What the router asks of it:
 *
 * - a topic keeps its order, and a listener is not called again before the promise of its last call has settled;
 * - a listener that throws or rejects has not taken the payload: the transport tells the publisher through `publish`, or, where
 *   that is another process, does what its broker has for that (delivers again, sets aside);
 * - a listener's fault does not keep the payload from the others.
 */
export interface EventTransport {
  /** A promise is back-pressure. Rejects or throws when the payload was not taken. */
  publish(topic: string, payload: string): void | Promise<void>
  /** Listens from now on: what was published before does not come. Returns what ends it. */
  subscribe(topic: string, listener: TransportListener): () => void
}

/** Takes one payload of a topic. */
export type TransportListener = (payload: string) => void | Promise<void>
