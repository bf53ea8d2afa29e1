import { defineTool, type Tool } from '@geppetto/tools'
import { quote } from '@geppetto/turns'
import { z } from 'zod'
import { ToolFailure } from './tool-failure.ts'

/** The time by the context's clock, anywhere. */
export const time: Tool<{ zone?: string | undefined }, string> = defineTool({
  name: 'time',
  description: 'The current date and time, here or in a time zone or a city.',
  input: z.object({
    zone: z
      .string()
      .optional()
      .describe('A time zone such as Europe/Paris or UTC, or a big city such as Tokyo; left out: the local one'),
  }),
  effects: 'none',
  execute: ({ zone }, ctx) => describeTime(ctx.clock.now(), findZone(zone)),
})

/**
 * The IANA name of a zone that is given by its name, in any case, or by its city.
 * @throws ToolFailure `unknown_zone`
 */
export function findZone(wanted: string | undefined): string {
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone
  const name = wanted?.trim().replaceAll(/\s+/g, '_') ?? ''
  if (name === '') return local
  const city = name.toLowerCase()
  const zone = canonicalName(name) ?? Intl.supportedValuesOf('timeZone').find((candidate) => cityOf(candidate) === city)
  if (zone === undefined)
    throw new ToolFailure(
      'unknown_zone',
      `${quote(wanted)} is no time zone that is known here: give an IANA name such as Europe/Paris, UTC, or a city that has a zone of its own, such as Tokyo`,
    )
  return zone
}

function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    // A RangeError: the only way to ask whether the platform knows a name, aliases and offsets included.
    return undefined
  }
}

function cityOf(zone: string): string | undefined {
  return zone.split('/').at(-1)?.toLowerCase()
}

function describeTime(now: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  })
  // Put together here: what stands between the parts changes with the platform's version.
  const part = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]))
  const day = `${part.get('weekday')} ${part.get('day')} ${part.get('month')} ${part.get('year')}`
  const clock = `${part.get('hour')}:${part.get('minute')}:${part.get('second')}`
  return `${day}, ${clock} in ${timeZone} (${part.get('timeZoneName')})`
}
