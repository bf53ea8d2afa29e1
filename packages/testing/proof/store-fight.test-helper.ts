import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { seededRandom } from '../src/seeded-random.ts'
import type { FighterMessage } from './store-fighter.test-helper.ts'

/** A commit that its process told of. */
interface ToldCommit {
  readonly by: string
  readonly token: number
  readonly head: number
  readonly next: number
}

/** What came of a fight. */
export interface Fight {
  readonly told: readonly ToldCommit[]
  /** Owners that were stopped until another one had committed. */
  readonly stopped: number
  /** Of their own commits, those that were refused. */
  readonly refused: number
  /** Processes that were killed: with a lease that held for long, and wherever they were. */
  readonly dead: ReadonlySet<unknown>
  readonly records: readonly { readonly by: unknown; readonly token: number; readonly behind: number }[]
  readonly events: readonly { readonly epoch: number; readonly by: unknown }[]
}

interface Fighter {
  readonly name: string
  readonly child: ChildProcess
}

const program = fileURLToPath(new URL('./store-fighter.test-helper.ts', import.meta.url))

/** How long a process is stopped wherever it happens to be, in milliseconds: longer than its lease holds. */
const pauseMs = 60

/** Lets two processes fight for session `s` of the file until they have told of so many commits. */
export async function fightForSession(path: string, commits: number, seed: number): Promise<Fight> {
  const ring = new Ring(path, commits, seed)
  await ring.run()
  using store = openSqliteStore(path)
  const records = []
  for await (const { by, token, behind } of store.read('s'))
    records.push({ by, token: Number(token), behind: Number(behind) })
  const events = []
  for await (const { epoch, event } of store.readEvents('s')) events.push({ epoch, by: event.by })
  const { told, stopped, refused, dead } = ring
  return { told, stopped, refused, dead, records, events }
}

/** What must not come of any fight. */
export function faultsOf({ told, dead, records, events }: Fight): readonly string[] {
  const faults: string[] = []
  const kept = new Map<number, { readonly by: unknown; readonly token: number; count: number }>()
  const owners = new Map<number, unknown>()
  let newest = 0
  for (const [position, { by, token, behind }] of records.entries()) {
    if (token < newest) faults.push(`token ${token} wrote behind token ${newest}`)
    if ((owners.get(token) ?? by) !== by) faults.push(`token ${token} is of ${owners.get(token)} and of ${by}`)
    newest = Math.max(newest, token)
    owners.set(token, by)
    const commit = kept.get(behind)
    if (behind === position) kept.set(position, { by, token, count: 1 })
    else if (commit !== undefined && commit.token === token && behind + commit.count === position) commit.count++
    else faults.push(`what stands at ${position} was written behind ${behind}`)
  }
  for (const { by, token, head, next } of told) {
    const commit = kept.get(head)
    const isKept = commit?.by === by && commit.token === token && commit.count === next - head
    faults.push(...(isKept ? [] : [`what ${by} committed at ${head} is not there, or was told of twice`]))
    kept.delete(head)
  }
  // Who was killed may have had no time to tell.
  for (const [head, { by }] of kept) if (!dead.has(by)) faults.push(`nobody told of what stands at ${head}`)
  for (const { epoch, by } of events)
    if ((owners.get(epoch) ?? by) !== by)
      faults.push(`an event of ${by} stands under the token of ${owners.get(epoch)}`)
  return faults
}

/** Stops, continues and kills the fighters, and notes what they tell. */
class Ring {
  readonly told: ToldCommit[] = []
  stopped = 0
  refused = 0
  /** Those that were killed leave without a word. */
  readonly dead = new Set<string>()
  readonly #path: string
  readonly #commits: number
  readonly #random: (limit: number) => number
  readonly #fighters = new Set<Fighter>()
  readonly #end = Promise.withResolvers<void>()
  /** Stopped in front of its commit, until another one has committed under a newer token. */
  #sleeper: { readonly fighter: Fighter; readonly token: number } | undefined
  /** Who has slept, until it has told what became of its commit. */
  #late: Fighter | undefined
  #entered = 0
  #isOver = false

  constructor(path: string, commits: number, seed: number) {
    this.#path = path
    this.#commits = commits
    this.#random = seededRandom(seed)
  }

  async run(): Promise<void> {
    this.#enter()
    this.#enter()
    try {
      await this.#end.promise
    } finally {
      this.#isOver = true
      for (const { child } of this.#fighters) child.kill('SIGKILL')
    }
  }

  #enter(): void {
    const name = `fighter ${this.#entered++}`
    const child = fork(program, [this.#path, name, String(this.#random(1e9))], { execArgv: [] })
    const fighter = { name, child }
    this.#fighters.add(fighter)
    child.on('message', (message: FighterMessage) => this.#hear(fighter, message))
    // Comes behind its last message.
    child.on('disconnect', () => this.#leave(fighter))
  }

  #leave(fighter: Fighter): void {
    this.#fighters.delete(fighter)
    if (!this.#isOver && !this.dead.has(fighter.name)) this.#end.reject(new Error(`${fighter.name} has left`))
    if (!this.#isOver) this.#enter()
    else if (this.#fighters.size === 0) this.#end.resolve()
  }

  #hear(fighter: Fighter, message: FighterMessage): void {
    switch (message.type) {
      case 'committed':
        return this.#note({ by: fighter.name, ...message })
      case 'refused':
        if (!message.wasStopped) return
        this.refused++
        this.#late = undefined
        return
      case 'dawdles':
        // The word that it is over may have come before it began to wait for one.
        return this.#isOver ? void fighter.child.send('go', leftUnheard) : this.#disturb(fighter, message)
      case 'failed':
        return this.#end.reject(new Error(`${fighter.name}: ${message.message}`))
    }
  }

  #note({ by, token, head, next }: ToldCommit): void {
    this.told.push({ by, token, head, next })
    if (this.#sleeper !== undefined && token > this.#sleeper.token) this.#wake(this.#sleeper.fighter)
    if (this.#late?.name === by) this.#late = undefined
    if (this.told.length % 50 === 0) this.#pause()
    if (this.told.length % 70 === 0) this.#kill(this.#anyone())
    if (this.told.length < this.#commits || this.#isOver) return
    this.#isOver = true
    for (const { child } of this.#fighters) {
      child.kill('SIGCONT')
      child.send('end', leftUnheard)
    }
  }

  #disturb(fighter: Fighter, { token, wants }: Extract<FighterMessage, { readonly type: 'dawdles' }>): void {
    if (wants === 'kill') {
      this.#kill(fighter)
    } else if (this.#sleeper === undefined && this.#late === undefined) {
      this.stopped++
      this.#sleeper = { fighter, token }
      fighter.child.kill('SIGSTOP')
    } else {
      fighter.child.send('go', leftUnheard)
    }
  }

  #wake(fighter: Fighter): void {
    const { child } = fighter
    this.#sleeper = undefined
    this.#late = fighter
    child.kill('SIGCONT')
    child.send('late', leftUnheard)
  }

  /** Wherever it stands: also in the middle of a write, which holds up the other one. */
  #pause(): void {
    const { child } = this.#anyone() ?? {}
    child?.kill('SIGSTOP')
    setTimeout(() => child?.kill('SIGCONT'), pauseMs)
  }

  #kill(fighter: Fighter | undefined): void {
    if (fighter === undefined) return
    this.dead.add(fighter.name)
    fighter.child.kill('SIGKILL')
  }

  /** But for who sleeps, or has slept: what becomes of its commit is to be seen. */
  #anyone(): Fighter | undefined {
    const kept = [this.#sleeper?.fighter, this.#late]
    const awake = [...this.#fighters].filter((fighter) => !kept.includes(fighter))
    return awake[this.#random(awake.length)]
  }
}

/** Who was killed hears nothing any more. */
function leftUnheard(): void {}
