import { background } from '@geppetto/context'
import { describe, expect, it } from 'vitest'
import { weather } from './weather.ts'

describe('weather', () => {
  it.each(['Paris', 'paris', ' PARIS ', 'new york', 'New-York'])(
    'knows %j, and says that nothing was measured',
    (city) => {
      expect(weather.execute?.({ city }, background())).toMatchObject({ source: 'fixed sample data, not measured' })
    },
  )

  it('lists its cities for one that it does not know', () => {
    expect(() => weather.execute?.({ city: 'Atlantis' }, background())).toThrow(
      expect.objectContaining({
        code: 'unknown_city',
        message: expect.stringMatching(/no sample weather for "Atlantis"; the cities are Berlin, .*Tokyo/),
      }),
    )
  })
})
