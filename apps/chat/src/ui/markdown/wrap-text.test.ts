import { expect, it } from 'vitest'
import { styled } from '../ink-style.ts'
import { wrapText } from './wrap-text.ts'

it('leaves out the space at which a line is broken, also where the word before it fills the line', () => {
  expect(wrapText('and so on and so on', 9)).toEqual(['and so on', 'and so on'])
  expect(wrapText('abcd efgh ijkl', 4)).toEqual(['abcd', 'efgh', 'ijkl'])
})

it('leaves it out within a colour, too', () => {
  const lines = wrapText(styled('bold', 'and so on and so on'), 9)
  expect(lines).toEqual([styled('bold', 'and so on'), styled('bold', 'and so on')])
})

it('keeps the indentation and the empty lines of the text', () => {
  expect(wrapText('  if so\n\n    on', 20)).toEqual(['  if so', '', '    on'])
  expect(wrapText('  if so then', 8)).toEqual(['  if so', 'then'])
})
