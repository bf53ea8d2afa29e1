import { EngineError } from '@geppetto/engine'
import { type Event, withEventSinks } from '@geppetto/events'
import { expect, it } from 'vitest'
import { composeMiddlewares } from './compose.ts'
import { logging } from './logging.ts'
import { createBase, ctx, turnOf, user } from './turns.test-helper.ts'

function listen() {
  const events: Event[] = []
  return { events, listening: withEventSinks(ctx, { publish: (event) => void events.push(event) }) }
}

it('says when a provider call begins and ends, with sizes and without content', async () => {
  const { events, listening } = listen()
  await composeMiddlewares([logging({ level: 'info' })], createBase().run)(listening, turnOf(user('secret')))
  expect(events).toMatchObject([
    { type: 'log', level: 'info', message: 'provider call begins', data: { turnId: 'turn', blocks: 1 } },
    { type: 'log', level: 'info', message: 'provider call ends', data: { blocks: 2, durationMs: expect.any(Number) } },
  ])
  expect(JSON.stringify(events)).not.toContain('secret')
})

it('warns of a call that fails, and passes the error on as it is', async () => {
  const { events, listening } = listen()
  const error = new EngineError('overloaded', 'too much')
  const failing = () => Promise.reject(error)
  await expect(composeMiddlewares([logging()], failing)(listening, turnOf(user('u')))).rejects.toBe(error)
  expect(events.at(-1)).toMatchObject({ level: 'warn', data: { code: 'overloaded', error: 'too much' } })
})
