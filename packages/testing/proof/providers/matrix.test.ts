import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { begin, type Place } from './matrix-begin.ts'
import { matrixFeatures } from './matrix-features.ts'
import { type Journey, travel } from './matrix-journey.ts'
import { type MatrixRow, renderMatrix } from './matrix-table.ts'

const places: readonly Place[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'eliza']
const targetsOf = (home: Place) => places.filter((target) => target !== home)
const page = fileURLToPath(new URL('../../../../docs/providers.md', import.meta.url))
const [opening, closing] = ['<!-- matrix: begin -->', '<!-- matrix: end -->']

describe('P14: a conversation continues elsewhere and comes back', () => {
  const tables = new Map<Place, MatrixRow[]>(places.map((home) => [home, []]))

  describe.each(places)('begun on %s', (home) => {
    it.each(matrixFeatures)('with $name', async (feature) => {
      const begun = await begin(home, feature)
      const journeys = new Map<Place, Journey>()
      for (const target of targetsOf(home)) {
        if (begun === undefined) break
        const journey = await travel(home, target, begun, feature)
        journeys.set(target, journey)
        expect(journey.faults, `by ${target}`).toEqual([])
      }
      tables.get(home)?.push({ feature: feature.name, journeys: begun === undefined ? undefined : journeys })
    })
  })

  it('as docs/providers.md says', async () => {
    const text = readFileSync(page, 'utf8')
    const [before, rest = ''] = text.split(opening)
    const [, after] = rest.split(closing)
    const matrix = [...tables].map(([home, rows]) => renderMatrix(home, targetsOf(home), rows)).join('\n\n')
    const expected = `${before}${opening}\n\n${matrix}\n\n${closing}${after}`
    await expect(expected, 'to write the matrix anew: npm test -- proof/providers/matrix -u').toMatchFileSnapshot(page)
  })
})
