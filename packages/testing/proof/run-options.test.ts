import { inspect } from 'node:util'
import { background } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { systemPrompt } from '@geppetto/middleware'
import { openaiResponses } from '@geppetto/provider-openai/fetch'
import { type EngineBuilder, isSessionError, Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { createTurn, inferenceConfigKey, inferenceConfigOf, isJsonObject, userBlock, withData } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createScriptedEngine, type Script } from '../src/scripted-engine.ts'

const look = defineTool({ name: 'look', description: 'Looks.', input: z.object({}) })

function setUp(script: Script) {
  const engine = createScriptedEngine(script)
  const clock = createManualClock()
  const session = new Session({ builder: createEngineBuilder({ base: engine, tools: [look] }), clock })
  return { engine, clock, session }
}

/** What a call without types throws, at once or later. */
async function failureOf(call: () => unknown): Promise<Error> {
  try {
    await call()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it did not throw')
}

describe('the inference config of one run', () => {
  it('wins over that of the turn, and is gone in the next run, while that of the turn goes on', async () => {
    const { session, engine } = setUp([[{ text: 'a' }], [{ text: 'b' }], [{ text: 'c' }]])
    const turn = createTurn({ blocks: [userBlock('Hi')] })
    session.append(withData(turn, inferenceConfigKey, { temperature: 1, seed: 7 }))
    await session.startInference(undefined, { inferenceConfig: { temperature: 0, maxOutputTokens: 5 } }).wait()
    await session.submit('Again', { inferenceConfig: { seed: 8 } }).wait()
    await session.run('Once more')
    expect(engine.received.map(inferenceConfigOf)).toEqual([
      { temperature: 0, seed: 7, maxOutputTokens: 5 },
      { temperature: 1, seed: 8 },
      { temperature: 1, seed: 7 },
    ])
  })

  it('is in the request that is shown', async () => {
    const base = openaiResponses({ model: 'gpt-5-mini', apiKey: 'k', maxOutputTokens: 1_000 })
    const session = new Session({ builder: createEngineBuilder({ base }) })
    session.appendNewTurnFromUserPrompt('Hi')
    const { body } = await session.prepare(undefined, { inferenceConfig: { maxOutputTokens: 50 } })
    expect(JSON.parse(body)).toMatchObject({ max_output_tokens: 50 })
    expect(JSON.parse((await session.prepare()).body)).toMatchObject({ max_output_tokens: 1_000 })
  })

  it.each([
    ['{"maxTokens":5}', 'The limit of the answer is maxOutputTokens'],
    ['{"temprature":5}', 'Did you mean inferenceConfig.temperature?'],
    ['{"reasoning":{"Effort":"low"}}', 'Did you mean reasoning.effort?'],
    ['{"temperature":"hot"}', 'temperature must be a number, not "hot"'],
    ['{"maxOutputTokens":0}', 'maxOutputTokens must be a whole number over 0'],
    ['7', 'inferenceConfig must be an object, such as { temperature: 0 }, not 7'],
  ])('is checked before anything happens: %s', async (json, message) => {
    const { session } = setUp([])
    const error = await failureOf(() => session.submit('Hi', { inferenceConfig: JSON.parse(json) }))
    expect(error).toMatchObject({ code: 'invalid_options', message: expect.stringContaining(message) })
    expect(session.turnCount).toBe(0)
  })
})

describe('countTokens', () => {
  it('asks the API about all that would be sent', async () => {
    const bodies: unknown[] = []
    const base = openaiResponses({
      model: 'gpt-5-mini',
      apiKey: 'k',
      fetch: async (_, init) => {
        bodies.push(JSON.parse(String(init?.body)))
        return Response.json({ object: 'response.input_tokens', input_tokens: 21 })
      },
    })
    const builder = createEngineBuilder({ base, tools: [look], middlewares: [systemPrompt('Be brief.')] })
    const session = new Session({ builder })
    session.appendNewTurnFromUserPrompt('Hi')
    const output = z.object({ n: z.number() })
    expect(await session.countTokens(undefined, { output })).toEqual({ tokens: 21, isEstimate: false })
    const [body] = bodies
    expect(bodies).toHaveLength(1)
    expect(isJsonObject(body) && Object.keys(body)).toEqual(expect.arrayContaining(['tools', 'text']))
    expect(JSON.stringify(body)).toContain('Be brief.')
  })

  it('estimates where the API does not count, and changes nothing', async () => {
    const { session, engine } = setUp([])
    session.appendNewTurnFromUserPrompt('Hi')
    const before = session.latest
    const { tokens, isEstimate } = await session.countTokens()
    expect([tokens > 10, isEstimate, engine.received, session.latest === before]).toEqual([true, true, [], true])
  })

  it('says so where there is no turn, and where the builder cannot', async () => {
    const { session } = setUp([])
    await expect(session.countTokens()).rejects.toMatchObject({ code: 'no_turn' })
    session.appendNewTurnFromUserPrompt('Hi')
    const mute: EngineBuilder = { build: () => ({ runInference: async (_, turn) => turn }) }
    session.builder = mute
    await expect(session.countTokens()).rejects.toMatchObject({ code: 'not_preparable' })
  })
})

describe('arguments in the wrong place', () => {
  const ctx = background()
  const { signal } = new AbortController()
  const methods: Readonly<Record<string, (session: Session, wrong: unknown) => unknown>> = {
    'submit(prompt, options, ctx)': (session, wrong) => Reflect.apply(session.submit, session, ['Hi', wrong]),
    'run(prompt, ctx, options)': (session, wrong) => Reflect.apply(session.run, session, ['Hi', undefined, wrong]),
    'startInference(ctx, options)': (session, wrong) =>
      Reflect.apply(session.startInference, session, [undefined, wrong]),
    'resume(options, ctx)': (session, wrong) => Reflect.apply(session.resume, session, [wrong]),
    'prepare(ctx, options)': (session, wrong) => Reflect.apply(session.prepare, session, [undefined, wrong]),
    'countTokens(ctx, options)': (session, wrong) => Reflect.apply(session.countTokens, session, [undefined, wrong]),
  }

  it.each(Object.entries(methods))('are said where options belong, with the order: %s', async (usage, call) => {
    const { session } = setUp([])
    const messages = [ctx, signal, null, 'x'].map(
      async (wrong) => (await failureOf(() => call(session, wrong))).message,
    )
    expect(await Promise.all(messages)).toEqual([
      `a context stands in the place of the options: it is ${usage}, and the context has its place`,
      `an AbortSignal stands in the place of the options: it is ${usage}, and the context has its place`,
      `the options must be an object, not null: it is ${usage}`,
      `the options must be an object, not "x": it is ${usage}`,
    ])
    expect([session.turnCount, session.isRunning]).toEqual([0, false])
  })

  it('are said where the context belongs', async () => {
    const { session } = setUp([])
    const run = (wrong: unknown) => failureOf(() => Reflect.apply(session.run, session, ['Hi', wrong]))
    const made = 'a context is made by background({ signal }) of @geppetto/context'
    const order = 'stands in the place of the context: it is run(prompt, ctx, options)'
    expect(await run({ tags: {} })).toMatchObject({ message: `an object that is no context ${order}; ${made}` })
    expect(await run(signal)).toMatchObject({ message: `an AbortSignal ${order}; ${made}` })
  })
})

describe('options that there are not', () => {
  it.each([
    ['abortSignal', 'A signal goes with the context: background({ signal })'],
    ['system', 'createEngineBuilder({ middlewares: [systemPrompt(text)] })'],
    ['messages', 'the session keeps the conversation'],
    ['tools', 'createEngineBuilder({ tools })'],
    ['toolChoice', 'createEngineBuilder({ toolConfig: { choice } })'],
    ['maxSteps', 'createEngineBuilder({ loopConfig: { maxIterations } })'],
    ['onFinish', 'handle.wait()'],
    ['maxTokens', 'inferenceConfig: { … }'],
    ['schema', 'The form of the answer is output'],
    ['whenBussy', 'Did you mean whenBusy?'],
  ])('are refused with what to do instead: %s', async (name, message) => {
    const { session } = setUp([])
    const error = await failureOf(() => Reflect.apply(session.submit, session, ['Hi', { [name]: 1 }]))
    expect(error).toMatchObject({ code: 'invalid_options', message: expect.stringContaining(message) })
    expect(error.message).toContain(`there is no option ${name}.`)
    expect([session.turnCount, session.isRunning]).toEqual([0, false])
  })

  it.each([
    ['{"model":"gpt-5-mini"}', 'builder: createEngineBuilder({ base: … })'],
    ['{"tools":[]}', 'createEngineBuilder({ tools })'],
    ['{"stor":{}}', 'Did you mean store?'],
    ['{"graces":{"runner":5}}', 'Did you mean graces.runnerMs?'],
  ])('are refused by a session too: %s', async (json, message) => {
    const builder = createEngineBuilder({ base: createScriptedEngine([]) })
    const error = await failureOf(() => Reflect.construct(Session, [{ ...JSON.parse(json), builder }]))
    expect(error).toMatchObject({ code: 'invalid_options', message: expect.stringContaining(message) })
  })
})

describe('what run throws', () => {
  it('begins with what went wrong, and says how often it was tried', async () => {
    const { session, clock } = setUp([[{ fail: 'unavailable' }], [{ fail: 'unavailable' }], [{ fail: 'unavailable' }]])
    const failing = failureOf(() => session.run('Hi'))
    for (let round = 0; round < 5; round++) await clock.advance(10_000)
    const error = await failing
    const cause = error.cause instanceof Error ? error.cause.message : ''
    expect(error.message).toMatch(/ \(run run_\S+ failed, in 3 attempts\)$/)
    expect(cause !== '' && error.message.startsWith(cause)).toBe(true)
    expect(isSessionError(error) && error.code).toBe('not_completed')
    expect(inspect(error)).not.toContain('undefined')
  })

  it('says of one attempt only that it failed, and what a waiting run waits for', async () => {
    const { session } = setUp([[{ fail: 'auth' }], [{ toolCall: 'look', input: {} }]])
    expect((await failureOf(() => session.run('Hi'))).message).toMatch(/ \(run run_\S+ failed\)$/)
    expect((await failureOf(() => session.run('Hi'))).message).toMatch(
      /^the run waits for look: answer with session.answerToolCalls, and start again \(run run_/,
    )
  })
})
