import { expect, it } from 'vitest'
import { imageTypeOf, imageTypes } from './index.ts'

it('is what is said of an image, as it is registered, and else how its data begins', () => {
  expect(imageTypeOf('image/jpg')).toBe('image/jpeg')
  expect(imageTypeOf('IMAGE/PNG', '/9j/')).toBe('image/png')
  for (const data of ['iVBORw0KGgoAAAA', '/9j/4AAQ', 'R0lGODlh', 'UklGRgAA'])
    expect(imageTypes.has(imageTypeOf(undefined, data) ?? '')).toBe(true)
  expect([imageTypeOf(undefined, 'Qk0='), imageTypeOf(undefined)]).toEqual([undefined, undefined])
})
