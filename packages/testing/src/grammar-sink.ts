import {
  createGrammarChecker,
  type Event,
  type EventSink,
  type GrammarChecker,
  type GrammarLevel,
} from '@geppetto/events'

/** A sink that checks the order of events, of each run (or engine call) by itself, and keeps them. */
export interface GrammarSink extends EventSink {
  readonly events: readonly Event[]
  /** What was wrong so far. */
  readonly problems: readonly string[]
  /** @throws Error naming every problem, and everything that is missing at the end. */
  assertComplete(): void
}

/** Makes a grammar sink. Default level: `run`. */
export function createGrammarSink(level: GrammarLevel = 'run'): GrammarSink {
  const events: Event[] = []
  const problems: string[] = []
  const checkers = new Map<string, GrammarChecker>()
  const checkerOf = (event: Event): GrammarChecker => {
    const { runId = '', providerCallId = '' } = event.correlation
    const key = level === 'run' ? runId : providerCallId
    const known = checkers.get(key)
    if (known !== undefined) return known
    const checker = createGrammarChecker(level)
    checkers.set(key, checker)
    return checker
  }
  return {
    events,
    problems,
    publish(event) {
      events.push(event)
      const problem = checkerOf(event).accept(event)
      if (problem !== undefined) problems.push(problem.message)
    },
    assertComplete() {
      const missing = [...checkers].map(([key, checker]) => [key, checker.end()] as const)
      const all = [...problems]
      for (const [key, problem] of missing) if (problem !== undefined) all.push(`${level} ${key}: ${problem.message}`)
      if (checkers.size === 0) all.push('there was no event')
      if (all.length > 0) throw new Error(`the events do not follow the grammar:\n- ${all.join('\n- ')}`)
    },
  }
}
