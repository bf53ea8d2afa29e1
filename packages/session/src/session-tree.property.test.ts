import { createManualClock } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, isSameJson, type Turn } from '@geppetto/turns'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSessionError } from './contract/session-error.ts'
import type { Prompt } from './contract/session-options.ts'
import type { Commit, SessionStore } from './contract/store.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'
import { toBase64 } from './store/base64.ts'

/** A turn as a child would draw it: what was said by then, and which turn it follows. */
interface Drawn {
  readonly after: string | undefined
  readonly first: readonly string[]
  said: readonly string[]
  isDone: boolean
}

type Deed =
  | { readonly do: 'run' | 'fail' | 'draft' | 'image' | 'start' | 'save' | 'rename' | 'reopen' }
  | { readonly do: 'regenerate' | 'edit' | 'fork' | 'checkout'; readonly which: number }
  | { readonly do: 'break'; readonly reaches: boolean }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constantFrom('run', 'fail', 'draft', 'image', 'start', 'save', 'rename', 'reopen') }),
  fc.record({ do: fc.constantFrom('regenerate', 'edit', 'fork', 'checkout'), which: fc.nat() }),
  fc.record({ do: fc.constant('break' as const), reaches: fc.boolean() }),
)

const picture = toBase64(new Uint8Array(1_500).fill(3))

function textsOf({ blocks }: Turn): readonly string[] {
  return blocks.map((block) => {
    if (block.kind === 'assistant') return block.text
    const part = block.kind === 'user' ? block.content[0] : undefined
    if (part?.type === 'text') return part.text
    return part?.source.type === 'base64' && part.source.data === picture ? 'picture' : 'damaged'
  })
}

class World {
  readonly #clock = createManualClock()
  readonly #inner = createMemoryStore({ clock: this.#clock })
  readonly #store: SessionStore = { ...this.#inner, commit: (...args) => this.#commit(...args) }
  readonly #options = { builder: { build: () => ({ runInference: this.#answer }) }, clock: this.#clock }
  #session = new Session({ ...this.#options, store: this.#store })
  #drawn = new Map<string, Drawn>()
  #head: string | undefined
  #count = 0
  #fails = false
  #broken: { readonly reaches: boolean } | undefined

  readonly #answer = async (_: unknown, turn: Turn): Promise<Turn> => {
    if (this.#fails) throw new Error('unavailable')
    return appendBlocks(turn, assistantBlock(`answer ${++this.#count}`))
  }

  async do(deed: Deed): Promise<void> {
    const session = this.#session
    const { turnCount } = session
    switch (deed.do) {
      case 'run':
      case 'fail':
        this.#fails = deed.do === 'fail'
        this.#draft(`prompt ${++this.#count}`)
        return this.#start()
      case 'draft':
        return this.#draft(`prompt ${++this.#count}`)
      case 'image':
        return this.#draft([{ type: 'image', source: { type: 'base64', data: picture } }])
      case 'start':
        this.#fails = false
        return this.#start()
      case 'save':
        return this.#save()
      case 'rename':
        return session.updateMetadata({ title: `title ${++this.#count}` })
      case 'break':
        this.#broken = { reaches: deed.reaches }
        return
      case 'reopen':
        return this.#reopen()
      case 'checkout': {
        const ids = [...this.#drawn.keys()]
        if (ids.length > 0) this.#head = session.checkout(ids[deed.which % ids.length] ?? '').id
        return
      }
      default: {
        if (turnCount === 0) return
        const at = deed.which % turnCount
        const known = this.#drawn.get(session.getTurn(at).id)
        const { after, first = [] } = known ?? { after: undefined }
        if (deed.do === 'regenerate') return this.#draw(session.regenerate({ at }), after, first)
        const prompt = `prompt ${++this.#count}`
        if (deed.do === 'edit')
          return this.#draw(session.editPrompt(prompt, { at }), after, [...first.slice(0, -1), prompt])
        return this.#fork(at)
      }
    }
  }

  /** The session is what was drawn. */
  check(): void {
    const path: string[] = []
    for (let id = this.#head; id !== undefined; id = this.#drawn.get(id)?.after) path.unshift(id)
    const turns = turnsOf(this.#session)
    expect(turns.map(({ id }) => id)).toEqual(path)
    expect(turns.map(textsOf)).toEqual(path.map((id) => this.#drawn.get(id)?.said))
    const { turns: shown } = this.#session.transcript()
    for (const [at, id] of path.entries()) {
      const beside = [...this.#drawn].filter(([, { after }]) => after === this.#drawn.get(id)?.after)
      expect(shown[at]?.branches.map(({ turnId }) => turnId)).toEqual(beside.map(([turnId]) => turnId))
    }
    const followed = new Set([...this.#drawn.values()].map(({ after }) => after))
    const ends = [...this.#drawn.keys()].filter((id) => !followed.has(id))
    const branches = this.#session.branches()
    expect(branches.map(({ tipId }) => tipId)).toEqual(ends)
    for (const { tipId, turnId, parentId, turnCount, prompt, isCurrent } of branches) {
      const way: string[] = []
      for (let id: string | undefined = tipId; id !== undefined; id = this.#drawn.get(id)?.after) way.unshift(id)
      const own = way.slice(way.indexOf(turnId))
      expect([turnCount, parentId, isCurrent]).toEqual([
        way.length,
        this.#drawn.get(turnId)?.after,
        own.includes(this.#head ?? ''),
      ])
      const isShared = (id: string) => branches.filter((branch) => this.#leadsTo(branch.tipId, id)).length > 1
      expect(way.map(isShared)).toEqual(way.map((id) => !own.includes(id)))
      expect([...(this.#drawn.get(tipId)?.said ?? []), '']).toContain(prompt)
    }
  }

  #leadsTo(tipId: string, turnId: string): boolean {
    for (let id: string | undefined = tipId; id !== undefined; id = this.#drawn.get(id)?.after)
      if (id === turnId) return true
    return false
  }

  async end(): Promise<void> {
    await this.#reopen()
    for (const id of this.#drawn.keys()) {
      this.#head = this.#session.checkout(id).id
      this.check()
      if (this.#drawn.get(id)?.isDone === true) expect(() => this.#session.startInference()).toThrow(/completed/)
    }
  }

  #draft(prompt: Prompt): void {
    const before = this.#head === undefined ? [] : (this.#drawn.get(this.#head)?.said ?? [])
    const said = typeof prompt === 'string' ? prompt : 'picture'
    this.#draw(this.#session.appendNewTurnFromUserPrompt(prompt), this.#head, [...before, said])
  }

  #draw({ id }: Turn, after: string | undefined, said: readonly string[]): void {
    this.#drawn.set(id, { after, first: said, said, isDone: false })
    this.#head = id
  }

  async #start(): Promise<void> {
    const drawn = this.#head === undefined ? undefined : this.#drawn.get(this.#head)
    if (drawn === undefined || drawn.isDone) {
      expect(() => this.#session.startInference()).toThrow(expect.objectContaining({ name: 'SessionError' }))
      return
    }
    const isBroken = this.#broken !== undefined
    const { status, turn } = await this.#session.startInference().wait()
    if (!isBroken) expect(status).toBe(this.#fails ? 'failed' : 'completed')
    const answer = textsOf(turn).slice(drawn.said.length)
    // A store that fails at the end loses no answer, and one that fails at the beginning lets none be made.
    drawn.isDone = answer.length > 0
    expect(answer).toEqual(drawn.isDone ? [`answer ${this.#count}`] : [])
    if (!isBroken) expect(drawn.isDone).toBe(!this.#fails)
    drawn.said = [...drawn.said, ...answer]
  }

  async #save(): Promise<void> {
    try {
      await this.#session.save()
    } catch (error) {
      if (!isSessionError(error) || error.code !== 'store_failed') throw error
    }
  }

  async #reopen(): Promise<void> {
    this.#broken = undefined
    await this.#session.save()
    const live = this.#session
    this.#session = await Session.open(this.#store, live.id, this.#options)
    expect(this.#session.metadata).toEqual(live.metadata)
    expect(turnsOf(this.#session).every((turn, at) => isSameJson(turn, live.getTurn(at)))).toBe(true)
  }

  async #fork(at: number): Promise<void> {
    const kept = new Set(
      turnsOf(this.#session)
        .slice(0, at + 1)
        .map(({ id }) => id),
    )
    this.#session = this.#session.fork({ at })
    this.#drawn = new Map([...this.#drawn].filter(([id]) => kept.has(id)).map(([id, drawn]) => [id, { ...drawn }]))
    this.#head = [...kept].at(-1)
    await this.#save()
  }

  async #commit(...[lease, head, commit]: Parameters<SessionStore['commit']>): Promise<number> {
    const broken = this.#broken
    this.#broken = undefined
    const records: Commit['records'] = JSON.parse(JSON.stringify(commit.records))
    if (broken?.reaches !== false) await this.#inner.commit(lease, head, { ...commit, records })
    if (broken !== undefined) throw new Error('connection reset')
    return head + records.length
  }
}

function turnsOf(session: Session): readonly Turn[] {
  return Array.from({ length: session.turnCount }, (_, at) => session.getTurn(at))
}

it('whatever is done to a session, its turns are a tree in which nothing is lost, and its store has all of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 30 }), async (deeds) => {
      const world = new World()
      for (const one of deeds) {
        await world.do(one)
        world.check()
      }
      await world.end()
    }),
    { numRuns: 300 },
  )
})
