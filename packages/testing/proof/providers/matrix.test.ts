import { describe, expect, it } from 'vitest'
import { begin, type Place } from './matrix-begin.ts'
import { matrixFeatures } from './matrix-features.ts'
import { travel } from './matrix-journey.ts'

const places: readonly Place[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'eliza']
const pairs = places.flatMap((home) => places.filter((target) => target !== home).map((target) => ({ home, target })))

describe.each(pairs)('P14: a conversation of $home continues on $target and back', ({ home, target }) => {
  it.each(matrixFeatures)('$name', async (feature) => {
    const begun = await begin(home, feature)
    if (begun === undefined) return
    const journey = await travel(home, target, begun, feature)
    expect(journey.faults).toEqual([])
    console.log(home, target, feature.name, JSON.stringify(journey))
  })
})
