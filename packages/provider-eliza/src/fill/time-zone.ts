import { type Token, textOf } from '../language/tokens.ts'
import { findPhrases } from './phrases.ts'
import { type Filling, isFree, type Reading } from './reading.ts'

/** The time zones that a prompt names: by their own name, or by a place that one is named after. */
export function findTimeZone(reading: Reading): readonly Filling[] {
  const zones = Intl.supportedValuesOf('timeZone')
  const byPlace = new Map(zones.map((zone) => [placeOf(zone), zone]))
  const byName = new Map([...zones, 'UTC', 'GMT'].map((zone) => [zone.toLowerCase(), zone]))
  const found: Filling[] = []
  for (let index = 0; index < reading.tokens.length; index++) {
    for (const length of [3, 2, 1]) {
      const tokens = reading.tokens.slice(index, index + length)
      if (tokens.length < length || !tokens.every((token) => isFree(reading, token))) continue
      const words = tokens.map((token) => token.lower).join(' ')
      const value = byName.get(words) ?? byPlace.get(words)
      if (value === undefined) continue
      found.push(made(value, tokens))
      index += length - 1
      break
    }
  }
  // The tool may know more places than zones are named after.
  return found.length > 0 ? found : unknownPlaces(reading)
}

function unknownPlaces(reading: Reading): readonly Filling[] {
  return findPhrases(reading)
    .filter(({ shape, preposition }) => shape === 'proper' && preposition === 'in')
    .map(({ tokens }) => made(textOf(reading.text, tokens), tokens))
}

function made(value: string, tokens: readonly Token[]): Filling {
  return { value, shape: 'form', evidence: 1, tokens }
}

function placeOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ').toLowerCase()
}
