import { sleep } from '@geppetto/context'
import type { ManualClock } from '@geppetto/context/manual-clock'
import { settlePromises } from '@geppetto/context/manual-clock'
import { type Engine, EngineError, type ProviderCall, startProviderCall } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { Event } from '@geppetto/events'
import { type ExecutionHandle, isSessionError, type RunResult, Session, type SessionStore } from '@geppetto/session'
import { defineTool, type Tool, toolCallIdFrom } from '@geppetto/tools'
import { type Block, contentText, toErrorData } from '@geppetto/turns'
import { z } from 'zod'

/** What the program lives in. */
export interface KillWorld {
  readonly clock: ManualClock
  readonly store: SessionStore
  /** Default: s. */
  readonly sessionId?: string
  /** Called at each place where the process may die. */
  readonly reach: (place: string) => void
  /** What a tool does to the world outside, which nobody takes back. */
  readonly effect: (callId: string, tool: string) => void
  /** What a sink is told. */
  readonly saw: (event: Event) => void
}

/** What the user says, one after the other. */
export const prompts: readonly string[] = ['Look and pay', 'And then?', 'Once more']

/** By name, so that what was done outside can be judged. */
export const toolEffects: Readonly<Record<string, Tool['effects']>> = {
  look: 'none',
  send: 'idempotent',
  pay: 'side-effecting',
  note: 'side-effecting',
  refund: 'side-effecting',
}

/** So long is what each delta of the last answer says: a few of them fill a journal. */
const long = 'Here is what I found out, at some length. '.repeat(12)

/**
 * A conversation of several steps: reasoning, text over time, tools of all kinds side by side, an image among their results, a call that fails behind what it said
 * and is made again, a long answer, and a prompt that waits for the run before it. What was begun by a process that is gone is taken up first.
 */
export async function live(world: KillWorld): Promise<Session> {
  const session = await openOrMake(world)
  await goOn(world, session)
  const [first = '', second = '', third = ''] = prompts
  const isMissing = (prompt: string) => !promptsOf(session).includes(prompt)
  const waiting = [first, second].filter(isMissing)
  // The second one waits in line.
  await Promise.all(waiting.map((prompt) => finished(world, session.submit(prompt, { whenBusy: 'queue' }))))
  if (isMissing(third)) await finished(world, session.submit(third))
  return session
}

/** What a process that is gone has left to run: the run that it was in, and the prompts that waited. */
export async function goOn(world: KillWorld, session: Session): Promise<void> {
  if (canBeResumed(session)) await finished(world, session.resume())
  else session.beginQueued()
  for (let { active } = session; active !== undefined; { active } = session) await finished(world, active)
}

/** The session of the file; undefined where nothing of it was written. */
export async function reopen(world: KillWorld): Promise<Session | undefined> {
  try {
    return await Session.open(world.store, idIn(world), optionsFor(world))
  } catch (error) {
    if (isSessionError(error) && error.code === 'no_such_session') return undefined
    throw error
  }
}

/** Waits for the run, and lets time pass meanwhile. @throws Error when it did not complete */
export async function finished(world: KillWorld, handle: ExecutionHandle): Promise<void> {
  const result = await settled(world, handle)
  if (result.status === 'completed') return
  const error = result.status === 'failed' ? `: ${toErrorData(result.error).message}` : ''
  throw new Error(`the run is ${result.status} (${result.stop})${error}`)
}

/** How the run ends; time passes meanwhile. */
export async function settled({ clock }: KillWorld, handle: ExecutionHandle): Promise<RunResult> {
  let result: RunResult | undefined
  void handle.wait().then((ended) => {
    result = ended
  })
  for (;;) {
    for (let wait = 0; wait < 5; wait++) {
      // Hashes are made by other threads: behind one of our own, those that were begun before it are made too, however fast the clock runs.
      await crypto.subtle.digest('SHA-256', new Uint8Array(1))
      await settlePromises()
    }
    if (result !== undefined) return result
    clock.runNext()
  }
}

/** Whether the latest turn has something left to run. */
export function canBeResumed(session: Session): boolean {
  const last = session.latest?.blocks.at(-1)
  return last !== undefined && (last.kind !== 'assistant' || last.complete === false)
}

/** What the user has said by now. */
export function promptsOf(session: Session): readonly string[] {
  return (session.latest?.blocks ?? []).flatMap((block) => (block.kind === 'user' ? [contentText(block.content)] : []))
}

/** The session of the file, or a new one. */
export async function openOrMake(world: KillWorld): Promise<Session> {
  return (await reopen(world)) ?? new Session({ ...optionsFor(world), store: world.store, id: idIn(world) })
}

function idIn({ sessionId = 's' }: KillWorld): string {
  return sessionId
}

function optionsFor(world: KillWorld) {
  const { clock } = world
  const eventSinks = [
    {
      publish: (event: Event) => {
        world.saw(event)
        world.reach(`after ${event.type}`)
      },
    },
  ]
  const tools = Object.entries(toolEffects).map(([name, effects]) => makeTool(world, name, effects))
  const retry = { afterVisible: 'restart', backoffMs: 100 } as const
  return { clock, builder: createEngineBuilder({ base: talkingEngine(world), tools, retry, eventSinks }) }
}

function makeTool(world: KillWorld, name: string, effects: Tool['effects']): Tool {
  const { clock, reach, effect } = world
  return defineTool({
    ...{ name, description: 'For tests.', input: z.object({}), effects },
    async execute(_, ctx) {
      reach(`before ${name}`)
      effect(toolCallIdFrom(ctx) ?? '', name)
      reach(`in ${name}`)
      await sleep(ctx, name === 'pay' ? 300 : 20)
      reach(`after ${name}`)
      if (name !== 'look') return `done at ${clock.now()}`
      const data = Buffer.alloc(3_000, name).toString('base64')
      return { content: [{ type: 'image', mediaType: 'image/png', source: { type: 'base64', data } }] as const }
    },
  })
}

/** Goes by what is in the turn, so that another process can go on where the first one stopped. */
function talkingEngine(world: KillWorld): Engine {
  const info = { api: 'talking', host: 'embedded', model: 'm' }
  let hasFailed = false
  const acts = {
    async begin(call: ProviderCall) {
      await say(world, call, 'reasoning', ['They want me to look, ', 'to send and to pay.'], 90)
      await say(world, call, 'text', ['I look', ' around, ', 'send it', ', pay, and note', ' that I did.'], 90)
      for (const name of ['look', 'send', 'pay', 'note']) await callTool(world, call, name)
    },
    async refund(call: ProviderCall) {
      if (hasFailed) await say(world, call, 'text', ['That was', ' too much.'], 100)
      else {
        hasFailed = true
        await say(world, call, 'text', ['That was', ' too li'], 150, false)
        throw new EngineError('overloaded', 'too many at once')
      }
      await callTool(world, call, 'refund')
    },
    end: (call: ProviderCall) => say(world, call, 'text', Array.from({ length: 8 }, () => long).concat('The end.'), 10),
    async chat(call: ProviderCall) {
      await say(world, call, 'reasoning', ['Hm'], 10)
      await say(world, call, 'text', ['Then ', 'nothing.'], 200)
    },
    async note(call: ProviderCall) {
      await callTool(world, call, 'note')
    },
  }
  return {
    info,
    async runInference(ctx, turn) {
      const call = startProviderCall(ctx, turn, info)
      try {
        await acts[nextAct(turn.blocks)](call)
        call.stop('end_turn')
        return call.finish()
      } catch (error) {
        throw call.abort(error)
      }
    },
  }
}

function nextAct(blocks: readonly Block[]): 'begin' | 'refund' | 'end' | 'chat' | 'note' {
  const start = blocks.findLastIndex((block) => block.kind === 'user')
  const prompt = blocks[start]
  const said = prompt?.kind === 'user' ? contentText(prompt.content) : ''
  const calls = blocks.slice(start).flatMap((block) => (block.kind === 'tool-call' ? [block.name] : []))
  if (said === prompts[0]) return calls.length === 0 ? 'begin' : calls.includes('refund') ? 'end' : 'refund'
  return said === prompts[1] || calls.length > 0 ? 'chat' : 'note'
}

async function say(
  { reach }: KillWorld,
  call: ProviderCall,
  kind: 'text' | 'reasoning',
  deltas: readonly string[],
  pauseMs: number,
  isWhole = true,
): Promise<void> {
  const writer = kind === 'text' ? call.text() : call.reasoning()
  for (const delta of deltas) {
    await sleep(call.ctx, pauseMs)
    writer.append(delta)
    reach(`said in ${kind}`)
    await call.pressure
  }
  if (isWhole) writer.finish()
}

async function callTool({ reach }: KillWorld, call: ProviderCall, name: string): Promise<void> {
  const writer = call.toolCall(name)
  writer.append('{')
  await sleep(call.ctx, 10)
  writer.append('}')
  reach('said in a call')
  await call.pressure
  writer.finish()
}
