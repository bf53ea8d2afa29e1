import type { Page } from 'playwright-core'

/** What a trace tells of a task, in microseconds. */
interface TraceEvent {
  readonly name?: string
  readonly pid?: number
  readonly tid?: number
  readonly dur?: number
  /** What the thread itself ran: where others want the machine too, that is less. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** The longest task, in milliseconds of computing, of the threads that draw pages while `work` goes on. */
export async function longestTaskIn(page: Page, work: () => Promise<void>): Promise<number> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('the page has no browser')
  await browser.startTracing(page, { categories: ['toplevel'] })
  await work()
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(
    (await browser.stopTracing()).toString(),
  )
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid}.${tid}`
  const drawing = new Set(traceEvents.filter(({ args }) => args?.name === 'CrRendererMain').map(threadOf))
  const tasks = traceEvents.filter((event) => event.name?.endsWith('RunTask') && drawing.has(threadOf(event)))
  if (tasks.length === 0) throw new Error('the trace has no task')
  return Math.max(...tasks.map(({ dur = 0, tdur = dur }) => tdur)) / 1_000
}
