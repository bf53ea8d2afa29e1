import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Clock, Context, ContextKey } from './index.ts'
import { background, createContextKey, randomIds, systemClock, withCancel, withSources, withValue } from './index.ts'

describe('background', () => {
  it('has a signal that has not aborted, the machine’s clock, random ids, no deadline and no values', () => {
    const ctx = background()
    expect(ctx.signal.aborted).toBe(false)
    expect(ctx.clock).toBe(systemClock)
    expect(ctx.ids).toBe(randomIds)
    expect(ctx.deadline).toBeUndefined()
    expect(ctx.get(createContextKey('anything'))).toBeUndefined()
  })

  it('takes over what it is given', () => {
    const { signal } = new AbortController()
    const clock: Clock = { now: () => 7, schedule: () => () => {} }
    const ids = { next: (prefix: string) => `${prefix}_1` }
    expect(background({ signal, clock, ids })).toMatchObject({ signal, clock, ids })
  })
})

describe('values', () => {
  const color = createContextKey<string>('color')

  it('are seen below and not above; the nearest one hides the others', () => {
    const root = background()
    const red = withValue(root, color, 'red')
    const blue = withValue(withCancel(red).ctx, color, 'blue')
    expect([root, red, blue].map((ctx) => ctx.get(color))).toEqual([undefined, 'red', 'blue'])
  })

  it('can be hidden by undefined', () => {
    const key = createContextKey<string | undefined>('maybe')
    expect(withValue(withValue(background(), key, 'set'), key, undefined).get(key)).toBeUndefined()
  })

  it('are told apart by the key itself, not by its name', () => {
    const namesake = createContextKey<string>('color')
    expect(withValue(background(), color, 'red').get(namesake)).toBeUndefined()
  })

  it('have the type of their key', () => {
    expectTypeOf(background().get(color)).toEqualTypeOf<string | undefined>()
    expectTypeOf(withValue<string>).parameters.toEqualTypeOf<[Context, ContextKey<string>, string]>()
    // @ts-expect-error a number is no color
    withValue(background(), color, 1)
  })
})

it('withSources replaces the clock or the ids, and keeps the rest', () => {
  const key = createContextKey<number>('n')
  const ctx = withValue(background(), key, 1)
  const clock: Clock = { now: () => 7, schedule: () => () => {} }
  const changed = withSources(ctx, { clock })
  expect(changed.clock).toBe(clock)
  expect([changed.ids, changed.signal, changed.get(key)]).toEqual([ctx.ids, ctx.signal, 1])
  expect(ctx.clock).toBe(systemClock)
})

it('a context cannot be changed', () => {
  const ctx = background()
  expect(() => Object.assign(ctx, { deadline: 1 })).toThrow(TypeError)
  expect(() => Object.assign(ctx, { signal: AbortSignal.abort() })).toThrow(TypeError)
})
