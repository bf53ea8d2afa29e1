import { defineTool, type Tool } from '@geppetto/tools'
import { quote } from '@geppetto/turns'
import { z } from 'zod'
import { ToolFailure } from './tool-failure.ts'

/** What the tool tells of a city. `source` says that nothing of it was measured. */
export interface Weather {
  readonly city: string
  readonly sky: string
  readonly temperatureCelsius: number
  readonly windKmh: number
  readonly source: string
}

const samples: readonly Omit<Weather, 'source'>[] = [
  { city: 'Berlin', sky: 'cloudy', temperatureCelsius: 12, windKmh: 18 },
  { city: 'Cairo', sky: 'sunny', temperatureCelsius: 31, windKmh: 11 },
  { city: 'London', sky: 'drizzle', temperatureCelsius: 13, windKmh: 22 },
  { city: 'Madrid', sky: 'sunny', temperatureCelsius: 24, windKmh: 9 },
  { city: 'New York', sky: 'thunderstorm', temperatureCelsius: 19, windKmh: 35 },
  { city: 'Paris', sky: 'light rain', temperatureCelsius: 15, windKmh: 14 },
  { city: 'Sydney', sky: 'clear', temperatureCelsius: 21, windKmh: 16 },
  { city: 'Tokyo', sky: 'partly cloudy', temperatureCelsius: 18, windKmh: 12 },
]

const cities = samples.map(({ city }) => city).join(', ')

/** The weather of a handful of cities, always the same: it needs no network and pretends nothing. */
export const weather: Tool<{ city: string }, Weather> = defineTool({
  name: 'weather',
  description: `The weather in a city. Fixed sample data, not a forecast; known cities: ${cities}.`,
  input: z.object({ city: z.string().min(1).describe('The name of the city, such as Paris') }),
  effects: 'none',
  execute: ({ city }) => {
    const wanted = normalise(city)
    const sample = samples.find((candidate) => normalise(candidate.city) === wanted)
    if (sample === undefined)
      throw new ToolFailure('unknown_city', `there is no sample weather for ${quote(city)}; the cities are ${cities}`)
    return { ...sample, source: 'fixed sample data, not measured' }
  },
})

function normalise(city: string): string {
  return city.toLowerCase().replaceAll(/[^\p{L}]/gu, '')
}
