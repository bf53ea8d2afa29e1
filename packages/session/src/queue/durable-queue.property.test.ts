import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import { isSessionError } from '../contract/session-error.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

type Deed =
  | { readonly do: 'queue' | 'interrupt' | 'answer' | 'cancel' | 'save' | 'crash' | 'begin' }
  | { readonly do: 'edit' | 'withdraw'; readonly which: number }
  | { readonly do: 'die'; readonly reaches: boolean }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('queue', 'queue', 'interrupt', 'answer', 'save') }) },
  fc.record({ do: fc.constantFrom('cancel', 'crash', 'begin') }),
  fc.record({ do: fc.constantFrom('edit', 'withdraw'), which: fc.nat() }),
  fc.record({ do: fc.constant('die' as const), reaches: fc.boolean() }),
)

const never = new Promise<never>(() => {})

/** What is known of a prompt by its writer. */
interface Drawn {
  readonly texts: string[]
  /** The store has said so. */
  isStored: boolean
  isWithdrawn: boolean
}

class World {
  readonly #clock = createManualClock()
  readonly #inner = createMemoryStore({ clock: this.#clock })
  readonly #drawn = new Map<string, Drawn>()
  /** The process dies at its next commit. */
  #doom: { readonly reaches: boolean } | undefined
  #isDead = false
  #answer = Promise.withResolvers<void>()
  #count = 0
  #kill: () => void = () => {}
  #session = this.#start((options) => new Session(options))

  #start(make: (options: ConstructorParameters<typeof Session>[0] & { id: string; store: SessionStore }) => Session) {
    const process = { isDead: false }
    const runInference = async ({ signal }: { readonly signal: AbortSignal }, turn: Turn): Promise<Turn> => {
      const aborted = new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      await Promise.race([this.#answer.promise, aborted])
      return appendBlocks(turn, assistantBlock('Well.'))
    }
    const commit: SessionStore['commit'] = async (...input) => {
      const doom = this.#doom
      if (process.isDead || doom?.reaches === false) {
        process.isDead = true
        this.#isDead = true
        return never
      }
      const head = await this.#inner.commit(...input)
      if (doom === undefined) return head
      process.isDead = true
      this.#isDead = true
      return never
    }
    const store: SessionStore = {
      ...this.#inner,
      commit,
      renew: (...input) => (process.isDead ? never : this.#inner.renew(...input)),
      release: (...input) => (process.isDead ? never : this.#inner.release(...input)),
      appendEvents: (...input) => (process.isDead ? never : this.#inner.appendEvents(...input)),
    }
    this.#kill = () => {
      process.isDead = true
    }
    return make({ builder: { build: () => ({ runInference }) }, store, id: 's', clock: createManualClock() })
  }

  async do(deed: Deed): Promise<void> {
    const session = this.#session
    const { queue } = session
    switch (deed.do) {
      case 'queue':
      case 'interrupt': {
        const text = `prompt ${++this.#count}`
        const isWaiting = session.isRunning
        const { runId } = session.submit(text, { whenBusy: deed.do, requestId: text })
        if (isWaiting) this.#drawn.set(runId, { texts: [text], isStored: false, isWithdrawn: false })
        break
      }
      case 'answer':
        this.#answer.resolve()
        await settlePromises()
        this.#answer = Promise.withResolvers()
        break
      case 'cancel':
        void session.active?.cancel()
        break
      case 'begin':
        if (!session.isRunning) session.beginQueued()
        break
      case 'save':
        void this.#save(session)
        break
      case 'edit':
      case 'withdraw': {
        const prompt = queue[deed.which % Math.max(queue.length, 1)]
        const drawn = this.#drawn.get(prompt?.runId ?? '')
        if (prompt === undefined || drawn === undefined) break
        if (deed.do === 'withdraw') {
          session.withdrawQueued(prompt.runId)
          drawn.isWithdrawn = true
        } else {
          const text = `prompt ${++this.#count}`
          drawn.texts.push(text)
          session.editQueued(prompt.runId, text)
        }
        break
      }
      case 'die':
        this.#doom = { reaches: deed.reaches }
        break
      case 'crash':
        this.#kill()
        this.#isDead = true
    }
    await settlePromises()
    for (const { runId, state } of session.queue) if (state === 'stored') this.#note(runId)
    if (this.#isDead) await this.#reopen()
  }

  #note(runId: string): void {
    const drawn = this.#drawn.get(runId)
    if (drawn !== undefined) drawn.isStored = true
  }

  /** What waited when it was called is stored when it has answered. */
  async #save(session: Session): Promise<void> {
    const waiting = session.queue.map(({ runId }) => runId)
    try {
      await session.save()
      for (const runId of waiting) this.#note(runId)
    } catch (error) {
      if (!isSessionError(error)) throw error
    }
  }

  async #reopen(): Promise<void> {
    this.#doom = undefined
    this.#isDead = false
    await this.#clock.advance(20_000)
    if ((await this.#inner.find('s')) === undefined) {
      this.#session = this.#start((options) => new Session(options))
      return
    }
    let opening: Promise<Session> | undefined
    this.#start(({ store, id = 's', ...options }) => {
      opening = Session.open(store, id, options)
      return this.#session
    })
    if (opening !== undefined) this.#session = await opening
    this.check()
  }

  /** Whatever is in the queue was never delivered, and what was stored is somewhere. */
  check(): void {
    const said = this.#said()
    expect(new Set(said).size).toBe(said.length)
    const waiting = this.#session.queue
    for (const { prompt } of waiting) expect(said).not.toContain(textOf(prompt))
    for (const [runId, { isStored, isWithdrawn, texts }] of this.#drawn) {
      if (!isStored || isWithdrawn) continue
      const isWaiting = waiting.some((prompt) => prompt.runId === runId)
      const isKept = isWaiting || said.some((text) => texts.includes(text))
      expect({ texts, isKept }).toEqual({ texts, isKept: true })
    }
  }

  /** All prompts are delivered, each once. */
  async end(): Promise<void> {
    this.#kill()
    await this.#reopen()
    this.#answer.resolve()
    const waiting = this.#session.queue.map(({ prompt }) => textOf(prompt))
    const before = this.#said()
    await this.#session.beginQueued()?.wait()
    while (this.#session.active !== undefined) await this.#session.active.wait()
    expect(this.#said()).toEqual([...before, ...waiting])
    const ended = (await collect(this.#inner.read('s'))).filter(({ type }) => type === 'prompt-ended')
    expect(new Set(ended.map(({ runId }) => runId)).size).toBe(ended.length)
    expect(this.#session.queue).toEqual([])
  }

  /** What the turns of the history have each added. */
  #said(): readonly string[] {
    const { latest } = this.#session
    return latest?.blocks.flatMap((block) => (block.kind === 'user' ? [textOf(block.content)] : [])) ?? []
  }
}

function textOf(prompt: readonly { readonly type: string }[]): string {
  const [part] = prompt
  return part !== undefined && 'text' in part ? String(part.text) : ''
}

it('whatever is done to prompts that wait, none is delivered twice, and none that the store has is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
      const world = new World()
      for (const one of deeds) await world.do(one)
      await world.end()
    }),
    { numRuns: 300 },
  )
})
