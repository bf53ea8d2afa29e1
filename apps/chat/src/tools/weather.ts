import { defineTool, type Tool } from '@geppetto/tools'
import { quote } from '@geppetto/turns'
import { z } from 'zod'
import { ToolFailure } from './tool-failure.ts'

interface Sample {
  readonly city: string
  readonly sky: string
  readonly celsius: number
  readonly windKmh: number
}

const samples: readonly Sample[] = [
  { city: 'Berlin', sky: 'cloudy', celsius: 12, windKmh: 18 },
  { city: 'Cairo', sky: 'sunny', celsius: 31, windKmh: 11 },
  { city: 'London', sky: 'drizzle', celsius: 13, windKmh: 22 },
  { city: 'Madrid', sky: 'sunny', celsius: 24, windKmh: 9 },
  { city: 'New York', sky: 'thunderstorm', celsius: 19, windKmh: 35 },
  { city: 'Paris', sky: 'light rain', celsius: 15, windKmh: 14 },
  { city: 'Sydney', sky: 'clear', celsius: 21, windKmh: 16 },
  { city: 'Tokyo', sky: 'partly cloudy', celsius: 18, windKmh: 12 },
]

const cities = samples.map(({ city }) => city).join(', ')

/** The weather of a handful of cities, always the same: it needs no network and pretends nothing. */
export const weather: Tool<{ city: string }, string> = defineTool({
  name: 'weather',
  description: `The weather in a city, and so whether it rains and one needs an umbrella. Fixed sample data, not a forecast; known cities: ${cities}.`,
  input: z.object({ city: z.string().min(1).describe('The name of the city, such as Paris') }),
  effects: 'none',
  execute: ({ city }) => {
    const wanted = normalise(city)
    const sample = samples.find((candidate) => normalise(candidate.city) === wanted)
    if (sample === undefined)
      throw new ToolFailure('unknown_city', `there is no sample weather for ${quote(city)}; the cities are ${cities}`)
    const { sky, celsius, windKmh } = sample
    return `${sample.city}: ${sky}, ${celsius} °C, wind ${windKmh} km/h (fixed sample data, not measured)`
  },
})

function normalise(city: string): string {
  return city.toLowerCase().replaceAll(/[^\p{L}]/gu, '')
}
