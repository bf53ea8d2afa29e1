import { frozenJson } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { Event } from './event.ts'
import { ownEvent } from './own-event.ts'

const nothing: Event = { type: 'custom', v: 1, seq: 1, time: 1, correlation: {}, name: 'app.said', data: null }

// Callers without types say what is no JSON, too.
const said = (data: unknown): Event => Object.assign({ ...nothing }, { data })

describe('an event of our own', () => {
  it('is copied by nobody who wants plain data', () => {
    const event = ownEvent(said({ list: [1] }))
    expect(frozenJson(event, 'event')).toBe(event)
  })

  it('leaves what an application gave as it was', () => {
    const data = { list: [1] }
    expect(ownEvent(said(data))).toEqual(said(data))
    expect(Object.isFrozen(data)).toBe(false)
  })

  it('holds what is no JSON as it is, and cannot be changed itself', () => {
    const at = new Date(0)
    const event = ownEvent(said({ at }))
    expect(event).toEqual(said({ at }))
    expect(Object.isFrozen(event)).toBe(true)
  })
})
