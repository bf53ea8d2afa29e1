import { setImmediate } from 'node:timers/promises'
import { background, type Clock, type Context, withCancel } from '@geppetto/context'
import { isEngineError } from '@geppetto/engine'
import { createGrammarChecker, type Event, type EventSink, foldEvents, withEventSinks } from '@geppetto/events'
import {
  appendBlocks,
  assertValidTurn,
  assistantBlock,
  assistantText,
  type Block,
  createTurn,
  inferenceConfigKey,
  providerCalls,
  structuredOutputKey,
  systemBlock,
  type ToolDefinition,
  type Turn,
  toolChoiceKey,
  toolDefinitionsKey,
  toolResultBlock,
  userBlock,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { tools } from './choose/tools.test-helper.ts'
import { type ElizaOptions, eliza } from './eliza.ts'
import { doctorScript } from './script/doctor.ts'

/** A turn in which these were said: by a user, and in between by ELIZA. */
function turnOf(...said: readonly (string | Block)[]): Turn {
  const blocks = said.map((one) => (typeof one === 'string' ? userBlock(one) : one))
  return createTurn({ id: 'turn', createdAt: 0, blocks })
}

/** Collects events, and fails the test on the first that may not stand where it stands. */
function checkedSink(): EventSink & { readonly events: Event[]; check(): void } {
  const checker = createGrammarChecker('engine-call')
  const events: Event[] = []
  return {
    events,
    publish(event) {
      expect(checker.accept(event)).toBeUndefined()
      events.push(event)
    },
    check: () => expect(checker.end()).toBeUndefined(),
  }
}

/** A clock whose waits are over at once, and counted. */
function hastyClock(): Clock & { waits: number[] } {
  const waits: number[] = []
  return {
    waits,
    now: () => 5,
    schedule(callback, delayMs) {
      waits.push(delayMs)
      queueMicrotask(callback)
      return () => {}
    },
  }
}

async function run(
  turn: Turn,
  options: ElizaOptions = {},
  base: Context = background(),
): Promise<{ turn: Turn; events: Event[] }> {
  const sink = checkedSink()
  const answered = await eliza(options).runInference(withEventSinks(base, sink), turn)
  sink.check()
  expect(answered.blocks.slice(0, turn.blocks.length)).toEqual(turn.blocks)
  expect(foldEvents(sink.events).blocks.map(({ id }) => id)).toEqual(
    answered.blocks.slice(turn.blocks.length).map(({ id }) => id),
  )
  return { turn: answered, events: sink.events }
}

async function say(turn: Turn, options?: ElizaOptions): Promise<string> {
  return assistantText((await run(turn, options)).turn)
}

function withTools(turn: Turn, offered: readonly ToolDefinition[] = tools): Turn {
  return withData(turn, toolDefinitionsKey, offered)
}

describe('eliza', () => {
  it('says what it is', () => {
    expect(eliza().info).toEqual({
      api: 'eliza',
      host: 'embedded',
      model: 'eliza-1966',
      description: "Joseph Weizenbaum's ELIZA (1966): pattern matching, no language model, no network",
    })
  })

  it('answers, and leaves a record that does not pretend to be more', async () => {
    const { turn } = await run(turnOf('Men are all alike.'))
    expect(assistantText(turn)).toBe('In what way?')
    assertValidTurn(turn)
    expect(providerCalls(turn)).toEqual([
      expect.objectContaining({
        api: 'eliza',
        host: 'embedded',
        model: 'eliza-1966',
        outcome: 'completed',
        stop: 'end_turn',
      }),
    ])
    expect(providerCalls(turn)[0]?.usage).toEqual({ input: { uncached: 4 }, output: { text: 3 }, source: 'estimated' })
  })

  it('streams word by word', async () => {
    const { events } = await run(turnOf('I am depressed.'))
    expect(events.filter((event) => event.type === 'text-delta').map(({ delta }) => delta)).toEqual(
      'I am sorry to hear you are depressed.'.split(/(?<= )/),
    )
  })

  it('greets when nothing was said, also below a system block', async () => {
    expect(await say(turnOf())).toBe(doctorScript.greetings[0])
    expect(await say(turnOf(systemBlock('You are a pirate.')))).toBe(doctorScript.greetings[0])
  })

  it('takes what was said at once as one prompt', async () => {
    expect(await say(turnOf('Hmm.', userBlock('My mother takes care of me.')))).toBe('Tell me more about your family.')
  })

  it('keeps nothing between calls: the conversation is its only memory', async () => {
    const engine = eliza()
    const first = turnOf('Hmm.')
    const answer = async (turn: Turn) => assistantText(await engine.runInference(background(), turn))
    expect(await answer(first)).toBe(doctorScript.none[0])
    expect(await answer(first)).toBe(doctorScript.none[0])
    const second = turnOf('Hmm.', assistantBlock('what another engine said'), 'Hmm.')
    expect(await answer(second)).toBe(doctorScript.none[1])
  })

  it('begins elsewhere for another seed, that of the turn first', async () => {
    const turn = turnOf('Hmm.')
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => say(turn, { seed })))
    expect(new Set(answers).size).toBeGreaterThan(1)
    expect(
      await Promise.all(
        [1, 2, 3, 4, 5, 6].map((seed) => say(withData(turn, inferenceConfigKey, { seed }), { seed: 9 })),
      ),
    ).toEqual(answers)
  })

  it('speaks from another script', async () => {
    const script = {
      ...doctorScript,
      keywords: [{ words: ['ahoy'], rules: [{ pattern: '* ahoy *', answers: ['Ahoy (3)!'] }] }],
    }
    expect(await say(turnOf('Ahoy sailor'), { script })).toBe('Ahoy sailor!')
    expect(await say(turnOf('What are you?'), { script })).toMatch(/^I am ELIZA/)
  })

  it('says that it cannot see an image', async () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } } as const
    expect(await say(turnOf(userBlock([image])))).toBe(
      'I read text only, so I cannot take in the image. Please tell me about it in words.',
    )
    expect(await say(turnOf(userBlock([image, { type: 'text', text: 'My mother.' }])))).toBe(
      'I read text only, so I did not take in the image. Tell me more about your family.',
    )
  })

  it.each([{ seed: Number.NaN }, { delayMs: -1 }, { delayMs: Number.POSITIVE_INFINITY }, { maxOutputTokens: 0 }])(
    'does not take %j',
    (options) => {
      expect(() => eliza(options)).toThrow(/must be (a number|at least 1)/)
    },
  )
})

describe('limits', () => {
  it.each([
    [{ maxOutputTokens: 3 }, 'I am sorry ', 'max_tokens'],
    [{ stopSequences: ['sorry'] }, 'I am ', 'stop_sequence'],
    [{ stopSequences: ['I'] }, '', 'stop_sequence'],
  ] as const)('are kept: %j', async (config, text, stop) => {
    const { turn } = await run(withData(turnOf('I am sad.'), inferenceConfigKey, config))
    expect(assistantText(turn)).toBe(text)
    expect(providerCalls(turn)[0]?.stop).toBe(stop)
  })

  it('of the engine hold where the turn has none', async () => {
    const answer = async (turn: Turn) =>
      assistantText(await eliza({ maxOutputTokens: 3 }).runInference(background(), turn))
    expect(await answer(turnOf('I am sad.'))).toBe('I am sorry ')
    expect(await answer(withData(turnOf('I am sad.'), inferenceConfigKey, { maxOutputTokens: 2 }))).toBe('I am ')
  })

  it('cut off a call, which then is not run', async () => {
    const asked = withTools(turnOf('What is 17*23?'))
    const { turn } = await run(withData(asked, inferenceConfigKey, { maxOutputTokens: 2 }))
    expect(turn.blocks.at(-1)).toMatchObject({ kind: 'tool-call', input: { state: 'incomplete' }, complete: false })
    expect(providerCalls(turn)[0]?.stop).toBe('max_tokens')
  })

  it('that cannot be kept are refused before the call begins', async () => {
    const turn = withData(turnOf('Hi'), inferenceConfigKey, { maxOutputTokens: 0 })
    const sink = checkedSink()
    const failed = eliza().runInference(withEventSinks(background(), sink), turn)
    await expect(failed).rejects.toMatchObject({ code: 'invalid_request', partial: turn })
    expect(sink.events).toEqual([])
  })
})

describe('tools', () => {
  const asked = withTools(turnOf('weather in Paris and Rome'))

  it('are called in one answer, their arguments streamed', async () => {
    const { turn, events } = await run(asked)
    expect(turn.blocks.slice(1)).toMatchObject([
      { kind: 'tool-call', name: 'get_weather', input: { state: 'parsed', value: { city: 'Paris' } } },
      { kind: 'tool-call', name: 'get_weather', input: { state: 'parsed', value: { city: 'Rome' } } },
    ])
    expect(providerCalls(turn)[0]?.stop).toBe('tool_calls')
    expect(events.filter(({ type }) => type === 'tool-call-delta').length).toBeGreaterThan(4)
  })

  it('are answered from, and not called again', async () => {
    const { turn } = await run(asked)
    const results = turn.blocks.flatMap((block) =>
      block.kind === 'tool-call'
        ? [toolResultBlock({ callId: block.callId, name: block.name, outcome: 'ok', content: '{"rain":true}' })]
        : [],
    )
    const answered = await run(appendBlocks(turn, ...results))
    expect(assistantText(answered.turn)).toBe('get_weather (Paris) says: rain yes.\nget_weather (Rome) says: rain yes.')
    expect(providerCalls(answered.turn).map(({ stop }) => stop)).toEqual(['tool_calls', 'end_turn'])
    const again = appendBlocks(answered.turn, userBlock('My mother takes care of me.'))
    expect(await say(again)).toBe('Tell me more about your family.')
  })

  it('are not called when the choice is none', async () => {
    expect(await say(withData(asked, toolChoiceKey, 'none'))).not.toBe('')
  })

  it('that must be called and are not offered are a mistake, told before the call begins', async () => {
    const turn = withData(asked, toolChoiceKey, { tool: 'other' })
    await expect(eliza().runInference(background(), turn)).rejects.toMatchObject({
      code: 'invalid_request',
      partial: turn,
    })
  })
})

it('answers in the form that is asked for', async () => {
  const schema = {
    type: 'object',
    properties: { reply: { type: 'string' }, sure: { type: 'boolean' } },
    required: ['reply', 'sure'],
  }
  const turn = withData(turnOf('Men are all alike.'), structuredOutputKey, { name: 'answer', schema })
  expect(JSON.parse(await say(turn))).toEqual({ reply: 'In what way?', sure: false })
})

describe('a cancel', () => {
  it('in the middle of an answer ends it at once, and keeps what was said', async () => {
    const waiting: (() => void)[] = []
    const stopped: number[] = []
    const clock: Clock = {
      now: () => 5,
      schedule(callback) {
        const index = waiting.push(callback)
        return () => stopped.push(index)
      },
    }
    const cancellable = withCancel(background({ clock }))
    const sink = checkedSink()
    const answer = eliza({ delayMs: 50 }).runInference(withEventSinks(cancellable.ctx, sink), turnOf('I am sad.'))
    waiting[0]?.()
    await setImmediate()
    cancellable.cancel('user')
    const error: unknown = await answer.catch((thrown: unknown) => thrown)
    sink.check()
    expect(isEngineError(error) && error.code).toBe('cancelled')
    expect(isEngineError(error) && error.visible).toBe(true)
    const partial = isEngineError(error) ? error.partial : undefined
    expect(partial?.blocks.at(-1)).toMatchObject({ kind: 'assistant', text: 'I am ', complete: false })
    expect(partial && providerCalls(partial)[0]).toMatchObject({
      outcome: 'cancelled',
      stop: 'user',
      usage: { output: { text: 2 } },
    })
    expect(stopped).toEqual([1, 2])
  })

  it('from inside a sink ends it there', async () => {
    const cancellable = withCancel(background())
    const seen: string[] = []
    const sink: EventSink = {
      publish(event) {
        if (event.type === 'text-delta') seen.push(event.delta)
        if (seen.length === 2) cancellable.cancel()
      },
    }
    const answer = eliza().runInference(withEventSinks(cancellable.ctx, sink), turnOf('I am sad.'))
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
    expect(seen).toEqual(['I ', 'am '])
  })

  it('in the middle of a call leaves no arguments that could be run', async () => {
    const cancellable = withCancel(background())
    const sink: EventSink = {
      publish(event) {
        if (event.type === 'tool-call-delta') cancellable.cancel()
      },
    }
    const asked = withTools(turnOf('What is 17*23?'))
    const answer = eliza().runInference(withEventSinks(cancellable.ctx, sink), asked)
    const error: unknown = await answer.catch((thrown: unknown) => thrown)
    expect(isEngineError(error) && error.partial?.blocks.at(-1)).toMatchObject({ input: { state: 'incomplete' } })
  })

  it('before the call leaves the turn as it was, and no events', async () => {
    const cancellable = withCancel(background())
    cancellable.cancel()
    const sink = checkedSink()
    const turn = turnOf('Hi')
    const answer = eliza().runInference(withEventSinks(cancellable.ctx, sink), turn)
    await expect(answer).rejects.toMatchObject({ code: 'cancelled', partial: turn })
    expect(sink.events).toEqual([])
  })
})

describe('pace', () => {
  it('is a pause between words, none before the first or after the last', async () => {
    const clock = hastyClock()
    await run(turnOf('I am sad.'), { delayMs: 7 }, background({ clock }))
    expect(clock.waits).toEqual(Array.from({ length: 7 }, () => 7))
  })

  it('waits for a sink that is slow, also at the end', async () => {
    const held: (() => void)[] = []
    const seen: string[] = []
    const slow: EventSink = {
      publish(event) {
        seen.push(event.type)
        return event.type === 'text-delta' ? new Promise((resolve) => held.push(resolve)) : undefined
      },
    }
    let isDone = false
    const answer = eliza()
      .runInference(withEventSinks(background(), slow), turnOf('Men are all alike.'))
      .then(() => {
        isDone = true
      })
    for (let word = 0; word < 3; word++) {
      await setImmediate()
      expect(seen.filter((type) => type === 'text-delta')).toHaveLength(word + 1)
      expect(isDone).toBe(false)
      held[word]?.()
    }
    await answer
    expect(seen.at(-1)).toBe('provider-call-finished')
  })
})
