import { describe, expect, test } from 'vitest'
import { findDocuments } from './documents.ts'
import { deadLinks, destinationOf } from './links.ts'
import { headingsOf, lineAt, linksOf, slugOf } from './markdown.ts'

describe('the documents', () => {
  test('lead to files, pages and sections that are there', () => {
    const documents = findDocuments()
    expect(documents.length).toBeGreaterThan(30)
    expect(documents.flatMap(deadLinks)).toEqual([])
  })
})

const page = `# One

See [two](#two), [\`code\`](../a.ts) and ![a picture](b.png "its title"), but not \`[this](c.md)\`.

## Two
## Two

\`\`\`md
## Not a heading
[not a link](d.md)
\`\`\`

## The \`useChat\` of [others](e.md), *2*!
`

test('finds headings, and the anchors that GitHub gives them', () => {
  expect(headingsOf(page).map(({ anchor }) => anchor)).toEqual(['one', 'two', 'two-1', 'the-usechat-of-others-2'])
})

test.each([
  ['Open or begin', 'open-or-begin'],
  ['`session.run()`: what it throws', 'sessionrun-what-it-throws'],
  ['Go — and back', 'go--and-back'],
  ['snake_case', 'snake_case'],
])('makes of %j the anchor %j', (heading, anchor) => {
  expect(slugOf(heading)).toBe(anchor)
})

test('finds links and pictures with their places, and none in code', () => {
  const links = linksOf(page)
  expect(links.map(({ target }) => target)).toEqual(['#two', '../a.ts', 'b.png', 'e.md'])
  for (const { target, start } of links) expect(page.slice(start).startsWith(target)).toBe(true)
  expect(lineAt(page, links.at(-1)?.start ?? 0)).toBe(13)
})

test.each([
  ['docs/a.md', '#part', { path: 'docs/a.md', anchor: 'part' }],
  ['docs/a.md', '../apps/chat/', { path: 'apps/chat', anchor: undefined }],
  ['README.md', 'docs/a.md#part', { path: 'docs/a.md', anchor: 'part' }],
  ['README.md', 'https://example.com/a', undefined],
])('from %s, %s leads to %j', (document, target, destination) => {
  expect(destinationOf(document, target)).toEqual(destination)
})
