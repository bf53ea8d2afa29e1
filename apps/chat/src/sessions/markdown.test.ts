import { assistantBlock, createTurn, reasoningBlock, toolCallBlock, toolResultBlock, userBlock } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { markdownOf } from './markdown.ts'

it('writes who said what, with tools, and marks what was cut off', () => {
  const blocks = [
    userBlock('Look.'),
    reasoningBlock('I should\nlook.'),
    toolCallBlock({ callId: 'c', name: 'look', input: { state: 'parsed', value: { at: 1 } } }),
    toolResultBlock({ callId: 'c', name: 'look', outcome: 'ok', content: 'a\n```\nb' }),
    assistantBlock('It is', { complete: false }),
  ]
  expect(markdownOf('my\ntrip', createTurn({ blocks }))).toBe(`# my trip

## User

Look.

## Assistant

> I should
> look.

Calls \`look\`:

\`\`\`
{"at":1}
\`\`\`

\`look\` (ok):

\`\`\`\`
a
\`\`\`
b
\`\`\`\`

It is *(cut off)*
`)
})
