import { background } from '@geppetto/context'
import { describe, expect, it } from 'vitest'
import { weather } from './weather.ts'

describe('weather', () => {
  it('says that nothing of it was measured', () => {
    expect(weather.execute?.({ city: 'Paris' }, background())).toBe(
      'Paris: light rain, 15 °C, wind 14 km/h (fixed sample data, not measured)',
    )
  })

  it.each(['paris', ' PARIS ', 'new york', 'New-York'])('knows %j', (city) => {
    expect(weather.execute?.({ city }, background())).toMatch(/^(Paris|New York): /)
  })

  it('lists its cities for one that it does not know', () => {
    expect(() => weather.execute?.({ city: 'Atlantis' }, background())).toThrow(
      expect.objectContaining({
        code: 'unknown_city',
        message: expect.stringMatching(/no sample weather for "Atlantis"; the cities are Berlin, .*Tokyo/),
      }),
    )
  })
})
