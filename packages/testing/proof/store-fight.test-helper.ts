import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { seededRandom } from '../src/seeded-random.ts'
import type { FighterMessage } from './store-fighter.test-helper.ts'

/** A commit that its process told of. */
export interface ToldCommit {
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
  /** Owners that were killed while their leases held. */
  readonly killed: number
  readonly records: readonly { readonly by: unknown; readonly token: unknown; readonly behind: unknown }[]
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
  for await (const { by, token, behind } of store.read('s')) records.push({ by, token, behind })
  const events = []
  for await (const { epoch, event } of store.readEvents('s')) events.push({ epoch, by: event.by })
  const { told, stopped, refused, killed } = ring
  return { told, stopped, refused, killed, records, events }
}

/** What must not come of any fight. */
export function faultsOf({ told, records, events }: Fight): readonly string[] {
  const faults: string[] = []
  const commits = told.toSorted((one, other) => one.head - other.head)
  let head = 0
  let newest = 0
  const owners = new Map<number, unknown>()
  for (const commit of commits) {
    if (commit.head < head) faults.push(`two commits from position ${commit.head}`)
    if (commit.head > head) faults.push(`nobody told of what stands at ${head}`)
    if (commit.token < newest) faults.push(`token ${commit.token} wrote behind token ${newest}`)
    const owner = owners.get(commit.token) ?? commit.by
    if (owner !== commit.by) faults.push(`token ${commit.token} is of ${owner} and of ${commit.by}`)
    owners.set(commit.token, owner)
    const written = records.slice(commit.head, commit.next)
    const isKept = written.every(
      ({ by, token, behind }) => by === commit.by && token === commit.token && behind === commit.head,
    )
    if (written.length !== commit.next - commit.head || !isKept) faults.push(`the commit at ${commit.head} is lost`)
    head = Math.max(head, commit.next)
    newest = Math.max(newest, commit.token)
  }
  if (records.length !== head) faults.push(`nobody told of what stands at ${head}`)
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
  killed = 0
  readonly #path: string
  readonly #commits: number
  readonly #random: (limit: number) => number
  readonly #fighters = new Set<Fighter>()
  /** Those that were killed: they leave without a word. */
  readonly #dead = new Set<Fighter>()
  readonly #end = Promise.withResolvers<void>()
  /** Stopped in front of its commit, until another one has committed under a newer token. */
  #sleeper: { readonly fighter: Fighter; readonly token: number } | undefined
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
    if (!this.#isOver && !this.#dead.has(fighter)) this.#end.reject(new Error(`${fighter.name} has left`))
    if (!this.#isOver) this.#enter()
    else if (this.#fighters.size === 0) this.#end.resolve()
  }

  #hear(fighter: Fighter, message: FighterMessage): void {
    switch (message.type) {
      case 'committed':
        return this.#note({ by: fighter.name, ...message })
      case 'refused':
        if (message.wasStopped) this.refused++
        return
      case 'dawdles':
        return this.#isOver ? undefined : this.#disturb(fighter, message)
      case 'failed':
        return this.#end.reject(new Error(`${fighter.name}: ${message.message}`))
    }
  }

  #note({ by, token, head, next }: ToldCommit): void {
    this.told.push({ by, token, head, next })
    if (this.#sleeper !== undefined && token > this.#sleeper.token) this.#wake(this.#sleeper.fighter)
    if (this.told.length % 50 === 0) this.#pause()
    if (this.told.length < this.#commits || this.#isOver) return
    this.#isOver = true
    for (const { child } of this.#fighters) {
      child.kill('SIGCONT')
      child.send('end')
    }
  }

  #disturb(fighter: Fighter, { token, wants }: Extract<FighterMessage, { readonly type: 'dawdles' }>): void {
    if (wants === 'kill') {
      this.killed++
      this.#dead.add(fighter)
      fighter.child.kill('SIGKILL')
    } else if (this.#sleeper === undefined) {
      this.stopped++
      this.#sleeper = { fighter, token }
      fighter.child.kill('SIGSTOP')
    } else {
      fighter.child.send('go')
    }
  }

  #wake({ child }: Fighter): void {
    this.#sleeper = undefined
    child.kill('SIGCONT')
    child.send('late')
  }

  /** One of them, wherever it stands: also in the middle of a write, which holds up the other one. */
  #pause(): void {
    const { child } = [...this.#fighters][this.#random(this.#fighters.size)] ?? {}
    child?.kill('SIGSTOP')
    setTimeout(() => child?.kill('SIGCONT'), pauseMs)
  }
}
