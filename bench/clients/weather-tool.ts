// The tool that all clients run: small, so that what is measured is the loop around it.
import { toolName } from '../wire/answer.ts'

export const weatherTool = {
  name: toolName,
  description: 'Get the weather forecast for a city',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
      days: { type: 'number' },
      note: { type: 'string' },
    },
    required: ['city', 'unit', 'days', 'note'],
    additionalProperties: false,
  },
}

export interface WeatherQuestion {
  readonly city: string
  readonly unit: string
  readonly days: number
  readonly note: string
}

export interface Forecast {
  readonly city: string
  readonly unit: string
  readonly forecast: readonly { readonly day: number; readonly high: number; readonly low: number }[]
}

let executions = 0
let noteLength = 0

/** How often the tool ran in this process, and how many characters its notes had together: what the work is checked by. */
export function toolUse(): { readonly executions: number; readonly noteLength: number } {
  return { executions, noteLength }
}

export function forecast({ city, unit, days, note }: WeatherQuestion): Forecast {
  if (city !== 'San Francisco' || days !== 3) throw new Error('the tool got wrong arguments')
  executions++
  noteLength += note.length
  return {
    city,
    unit,
    forecast: [
      { day: 1, high: 18, low: 11 },
      { day: 2, high: 19, low: 12 },
      { day: 3, high: 17, low: 10 },
    ],
  }
}
