import { systemClock } from '@geppetto/context'
import { isJsonObject, toErrorData } from '@geppetto/turns'

/** One rule, as a test for any runner: `for (const { name, run } of cases) it(name, run)`. */
export interface ConformanceCase {
  /** The rule, with the promise that it serves in front. */
  readonly name: string
  /** Rejects with an error that names the rule and says how it was broken. */
  run(): Promise<void>
}

/** Longer than a case takes, in milliseconds of real time: what hangs is then named, also by runners that wait for ever. */
const defaultLimitMs = 10_000

/** Makes a case. What `body` throws is told under the case's name. */
export function defineCase(name: string, body: () => Promise<void>, limitMs: number = defaultLimitMs): ConformanceCase {
  return Object.freeze({
    name,
    async run() {
      try {
        await within(body(), limitMs, 'it hangs: it did not end')
      } catch (cause) {
        throw new Error(`${name}: ${toErrorData(cause).message}`, { cause })
      }
    },
  })
}

/** @throws Error with the message, when it does not hold. */
export function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message)
}

/** @throws Error naming what should be the same data and is not. */
export function checkSame(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonical(actual), canonical(expected)]
  if (found === wanted) return
  const start = Math.max(0, firstDifference(found, wanted) - 60)
  throw new Error(`${what}: ${excerpt(found, start)} in place of ${excerpt(wanted, start)}`)
}

/** What `promise` settles to. @throws Error `…within n ms` when it takes longer than `limitMs` of real time. */
export async function within<T>(promise: PromiseLike<T>, limitMs: number, what: string): Promise<T> {
  const timeout = Promise.withResolvers<never>()
  const stop = systemClock.schedule(() => timeout.reject(new Error(`${what} within ${limitMs} ms`)), limitMs)
  try {
    return await Promise.race([promise, timeout.promise])
  } finally {
    stop()
  }
}

/** Lets real time pass. */
export function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.schedule(resolve, ms))
}

/** What `promise` rejects with. @throws Error when it does not reject. */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  check(outcome !== undefined, `${what} was not refused`)
  return outcome.error
}

/** Everything that an iteration gives. */
export async function collectAll<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** JSON text that is the same for the same data, whatever the order of its fields. */
function canonical(value: unknown): string {
  const inOrder = (_name: string, part: unknown): unknown =>
    isJsonObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part
  return JSON.stringify(value, inOrder) ?? 'nothing'
}

function firstDifference(one: string, other: string): number {
  let index = 0
  while (index < one.length && one[index] === other[index]) index++
  return index
}

/** Enough of a long text to see what is different. */
function excerpt(text: string, start: number): string {
  const end = start + 200
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${text.length > end ? '…' : ''}`
}
