import { expect, it } from 'vitest'
import { traitsOf } from './models.ts'

it('takes a minor version of two digits for the newer one', () => {
  expect(traitsOf('claude-sonnet-4-10')).toEqual(traitsOf('claude-sonnet-4-9'))
  expect(traitsOf('claude-opus-4.10-20261101')).not.toEqual(traitsOf('claude-opus-4-1'))
  expect(traitsOf('claude-opus-4-1')).toMatchObject({ sampling: 'one', structuredOutput: false })
  expect(traitsOf('claude-3-7-sonnet-latest')).toMatchObject({ thinking: 'budget', maxOutput: 64_000 })
})
