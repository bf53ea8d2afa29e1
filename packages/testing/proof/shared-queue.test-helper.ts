import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { contentText } from '@geppetto/turns'
import type { ToldPrompt } from './queue-owner.test-helper.ts'

const program = fileURLToPath(new URL('./queue-owner.test-helper.ts', import.meta.url))
const builder = { build: () => ({ runInference: async () => Promise.reject(new Error('nothing is run here')) }) }

/** Has two processes speak in one session of a file, and says what of their prompts did not end in exactly one state, the same for all. */
export async function shareQueue(seed: number, count: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-queue-'))
  const path = join(folder, 'sessions.sqlite')
  try {
    using store = openSqliteStore(path)
    await new Session({ id: 's', store, builder, metadata: { title: 'shared' } }).save()
    const told = await Promise.all(['one', 'two'].map((name, index) => speak(path, name, 2 * seed + index, count)))
    return await faultsOf(store, told.flat())
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function speak(path: string, name: string, seed: number, count: number): Promise<readonly ToldPrompt[]> {
  const child = fork(program, [path, name, String(seed), String(count)], { execArgv: [] })
  let told: readonly ToldPrompt[] | undefined
  child.once('message', (all: readonly ToldPrompt[]) => {
    told = all
  })
  const [code] = await once(child, 'exit')
  if (told === undefined) throw new Error(`process ${name} ended without a word (${code})`)
  return told
}

async function faultsOf(store: ReturnType<typeof openSqliteStore>, told: readonly ToldPrompt[]): Promise<string[]> {
  const faults: string[] = []
  const check = (isKept: boolean, fault: string): void => {
    if (!isKept) faults.push(fault)
  }
  const settled = new Map<string, string[]>()
  const ended = new Map<string, string[]>()
  for await (const { type, runId, status, state } of store.read('s')) {
    const place = type === 'run-settled' ? settled : type === 'prompt-ended' ? ended : undefined
    place?.set(String(runId), [...(place.get(String(runId)) ?? []), String(status ?? state)])
  }
  const opened = await Session.open(store, 's', { builder })
  const said = (opened.latest?.blocks ?? []).flatMap((block) =>
    block.kind === 'user' ? [contentText(block.content)] : [],
  )
  // Notes may be left of what their authors have written themselves: whoever opens the session finds nothing new in them.
  check(opened.queue.length === 0, `${opened.queue.length} prompts wait still`)
  check(new Set(said).size === said.length, `something was said twice: ${said.join(', ')}`)
  const allTexts = new Set(told.flatMap(({ texts }) => texts))
  for (const text of said) check(allTexts.has(text), `nobody has said ${text}`)
  for (const { runId, status, warnings, texts, mayBeGone } of told) {
    const [runs, ends] = [settled.get(runId) ?? [], ended.get(runId) ?? []]
    const what = `${texts.join()} (${status}; runs: ${runs.join()}; ends: ${ends.join()})`
    check(warnings.length === 0, `${what} has the warnings ${warnings.join()}`)
    check(runs.length <= 1 && ends.length <= 1, `${what} ended more than once`)
    check(status === 'completed' || (mayBeGone && status === 'cancelled'), `${what} should not have ended so`)
    const stored = runs[0] ?? (ends[0] === 'withdrawn' ? 'cancelled' : ends[0])
    check(stored === status, `${what} is ${stored} in the store`)
    check(said.includes(texts[0] ?? '') === runs.length > 0, `${what} was said where it was not run, or the reverse`)
  }
  return faults
}
