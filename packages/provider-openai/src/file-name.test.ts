import { expect, it } from 'vitest'
import { fileNameOf } from './file-name.ts'

it.each([
  ['application/pdf', 'document.pdf'],
  ['text/plain', 'document.txt'],
  ['Text/Plain; charset=utf-8', 'document.txt'],
  ['text/markdown', 'document.md'],
  ['text/csv', 'document.csv'],
  ['text/html', 'document.html'],
  ['application/json', 'document.json'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document.docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'document.xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'document.pptx'],
  ['application/vnd.example.something+zip', 'document'],
  ['constructor', 'document'],
  ['', 'document'],
])('a file of the type %j without a name is called %s', (mediaType, name) => {
  expect(fileNameOf(undefined, mediaType)).toBe(name)
  expect(fileNameOf(' ', mediaType)).toBe(name)
  expect(fileNameOf('mine.txt', mediaType)).toBe('mine.txt')
})
