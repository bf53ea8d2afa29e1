/** Runs are named so many per problem; the others are counted. */
const namedRuns = 3

/** The runs that broke a promise, put together by what they broke. */
export class BrokenRuns {
  /** How many there were, with those that broke nothing. */
  runs = 0
  #brokenRuns = 0
  readonly #byProblem = new Map<string, string[]>()

  /** A run was tried, and these promises it broke. */
  add(where: string, problems: readonly string[]): void {
    this.runs++
    if (problems.length > 0) this.#brokenRuns++
    for (const problem of problems) {
      const others = this.#byProblem.get(problem)
      if (others === undefined) this.#byProblem.set(problem, [where])
      else others.push(where)
    }
  }

  /** @throws Error when there was one, with the most frequent problems first. */
  assertNone(): void {
    if (this.#brokenRuns === 0) return
    const problems = [...this.#byProblem].sort(([, one], [, other]) => other.length - one.length)
    const lines = problems.map(([problem, where]) => {
      const named = where.slice(0, namedRuns).map((run) => `\n    ${run}`)
      const more = where.length > namedRuns ? [`\n    and ${where.length - namedRuns} more`] : []
      return `- ${problem}${named.join('')}${more.join('')}`
    })
    throw new Error(`${this.#brokenRuns} of ${this.runs} runs broke a promise:\n${lines.join('\n')}`)
  }
}
