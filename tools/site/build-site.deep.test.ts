import { expect, test } from 'vitest'
import { buildSite } from './build-site.ts'

test('the site is built of the documents as they are, and all of its links lead somewhere', () => {
  expect(buildSite()).toEqual([])
})
