import type { Event } from './event.ts'

/** Gets the events of a run as they are published: synchronously, behind the sinks. It must not throw. */
export interface EventTap {
  push(event: Event): void
  /** No more events come. */
  end(): void
}
