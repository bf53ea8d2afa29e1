import { background, type Clock } from '@geppetto/context'
import { describe, expect, it } from 'vitest'
import { findZone, time } from './time.ts'

const clock: Clock = { now: () => Date.UTC(2026, 2, 6, 5, 4, 9), schedule: () => () => {} }

describe('time', () => {
  it('tells the time of a city by the clock of the context', () => {
    expect(time.execute?.({ zone: 'Tokyo' }, background({ clock }))).toBe(
      'Friday 6 March 2026, 14:04:09 in Asia/Tokyo (GMT+9)',
    )
  })

  it('tells the local time where no zone is given', () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    expect(time.execute?.({}, background({ clock }))).toContain(` in ${timeZone} (`)
  })
})

describe('findZone', () => {
  it.each([
    ['Europe/Paris', 'Europe/Paris'],
    ['europe/paris', 'Europe/Paris'],
    ['UTC', 'UTC'],
    ['Tokyo', 'Asia/Tokyo'],
    ['new york', 'America/New_York'],
    ['New_York', 'America/New_York'],
    [' Buenos  Aires ', expect.stringContaining('Buenos_Aires')],
  ])('takes %j for %s', (wanted, zone) => expect(findZone(wanted)).toEqual(zone))

  it.each(['Atlantis', 'Europe', '../etc', '__proto__'])('says what to give in place of %j', (wanted) => {
    expect(() => findZone(wanted)).toThrow(
      expect.objectContaining({ code: 'unknown_zone', message: expect.stringContaining('such as Europe/Paris') }),
    )
  })
})
