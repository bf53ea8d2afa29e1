export {
  type CancellableContext,
  DeadlineExceededError,
  isTimeoutReason,
  withCancel,
  withSignal,
  withTimeout,
} from './cancel.ts'
export { type CancelTimer, type Clock, systemClock } from './clock.ts'
export {
  type BackgroundOptions,
  background,
  type Context,
  type ContextKey,
  createContextKey,
  withoutCancel,
  withSources,
  withValue,
} from './context.ts'
export { type IdGenerator, randomIds } from './ids.ts'
export { endOf, sleep, untilAborted } from './wait.ts'
