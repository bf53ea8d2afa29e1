import { background } from '@geppetto/context'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineEvent, EventError, isEventError } from './custom-event.ts'
import { publish, withEventSinks } from './publish.ts'
import { collectingSink } from './rich-run.test-helper.ts'

const orderPlaced = defineEvent('acme.order-placed', z.object({ amount: z.number() }))

describe('an event of the application’s own', () => {
  it('is published and read back, checked both times', () => {
    const sink = collectingSink()
    const ctx = withEventSinks(background(), sink)
    publish(ctx, orderPlaced.create({ amount: 3 }))
    publish(ctx, { type: 'custom', name: 'acme.other', data: null })
    publish(ctx, { type: 'info', message: 'no custom event' })
    expect(sink.events.map(orderPlaced.read)).toEqual([{ amount: 3 }, undefined, undefined])
  })

  it('is refused with data that does not fit its schema, from both sides', () => {
    const sink = collectingSink()
    publish(withEventSinks(background(), sink), { type: 'custom', name: 'acme.order-placed', data: { amount: '3' } })
    const [foreign] = sink.events
    expect(() => foreign && orderPlaced.read(foreign)).toThrow(/acme\.order-placed: amount: .*number/)
    // @ts-expect-error: what JavaScript callers may do.
    expect(() => orderPlaced.create({ amount: '3' })).toThrow(/acme\.order-placed: amount: .*number/)
  })

  it('is refused with data that JSON cannot hold, which would not survive a transport', () => {
    const loose = defineEvent('acme.loose', z.object({ amount: z.any() }))
    expect(() => loose.create({ amount: Number.NaN })).toThrow(
      new EventError('invalid_event', 'data of acme.loose.amount is NaN, which JSON cannot hold'),
    )
  })

  it.each(['order-placed', '.order', 'acme.', 'ac me.order', ''])('must say whose it is, as %j does not', (name) => {
    expect(() => defineEvent(name, z.string())).toThrow(
      expect.objectContaining({ code: 'invalid_event_type', message: expect.stringContaining('acme.order-placed') }),
    )
  })

  it('cannot have an asynchronous schema', () => {
    const slow = defineEvent(
      'acme.slow',
      z.string().refine(async () => true),
    )
    expect(() => slow.create('x')).toThrow(/asynchronous/)
  })

  it('has errors that are recognised across copies of the package', () => {
    const foreign = Object.assign(new Error('x'), { family: 'geppetto/events', code: 'invalid_event' })
    expect(isEventError(foreign)).toBe(true)
    expect(isEventError(new EventError('router_closed', 'closed'))).toBe(true)
    expect(isEventError(new Error('x'))).toBe(false)
  })
})
