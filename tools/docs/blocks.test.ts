import { expect, test } from 'vitest'
import { findBlocks } from './blocks.ts'
import { matchesOutput } from './output.ts'

const page = `# Title

\`\`\`ts
console.log(1)
\`\`\`

\`\`\`text
1
\`\`\`

Words.

\`\`\`text
not output
\`\`\`

- in a list

  \`\`\`ts no-run
  if (true) {
    stop()
  }
  \`\`\`

\`\`\`sh
npm start
\`\`\`
`

test('finds blocks with their line, their kind and their output', () => {
  expect(findBlocks('a.md', page)).toEqual([
    { document: 'a.md', number: 1, line: 4, code: 'console.log(1)', runs: true, expected: '1' },
    { document: 'a.md', number: 2, line: 20, code: 'if (true) {\n  stop()\n}', runs: false, expected: undefined },
  ])
})

test('takes no output from a block below other words', () => {
  const [block] = findBlocks('a.md', '```ts\nx\n```\nand then\n```text\n1\n```')
  expect(block?.expected).toBeUndefined()
})

test('refuses an unknown word after ts and names the place', () => {
  expect(() => findBlocks('a.md', '\n```ts norun\n```')).toThrow('a.md:2: write ts or ts no-run')
})

test('refuses a block that is never closed', () => {
  expect(() => findBlocks('a.md', '```ts\nx')).toThrow('a.md:1')
})

test.each([
  ['a\nb', 'a  \nb\n\n', true],
  ['a\n…\nd', 'a\nb\nc\nd\n', true],
  ['a\n…\nb', 'a\nb', true],
  ['…', 'anything\nat all', true],
  ['a\n…\nd', 'a\nb\nc', false],
  ['a', 'a\nb', false],
  ['', '', true],
])('compares %j with %j: %s', (expected, actual, result) => {
  expect(matchesOutput(expected, actual)).toBe(result)
})
