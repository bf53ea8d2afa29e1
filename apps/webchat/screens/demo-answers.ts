import type { ScriptAction, ScriptedCall } from '@geppetto/testing'
import { contentText, type Turn } from '@geppetto/turns'

/** What the model of the pictures answers, by what it was asked. */
export function demoAnswer(turn: Turn): ScriptedCall {
  const asked = turn.blocks.findLast((block) => block.kind === 'user')
  const text = asked === undefined ? '' : contentText(asked.content)
  const hasResults = turn.blocks.at(-1)?.kind === 'tool-result'
  const { actions = [{ text: 'I am here.' }] } = answers.find(({ about }) => text.includes(about)) ?? {}
  return [...(hasResults ? [{ text: afterTools }] : actions), usage]
}

const usage: ScriptAction = {
  usage: { input: { uncached: 1_830, cacheRead: 6_200 }, output: { text: 612, reasoning: 240 }, source: 'reported' },
}

const debounce = `Here are three ways, from the simplest to the one that I would use.

| | leading call | trailing call | can be cancelled |
|---|:---:|:---:|:---:|
| a timer | no | yes | yes |
| \`requestAnimationFrame\` | no | once a frame | yes |
| a small helper | if asked | yes | yes |

## A helper that keeps its types

\`\`\`ts
export function debounce<A extends unknown[]>(work: (...args: A) => void, ms = 200) {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (...args: A) => {
    clearTimeout(timer)
    timer = setTimeout(() => work(...args), ms)
  }
}
\`\`\`

With calls that come every $\\Delta t < ms$, it runs once; the work saved is

$$
1 - \\frac{1}{n}, \\qquad n = \\sum_{i=1}^{k} \\lceil t_i / ms \\rceil
$$

1. **Search boxes**: 150 to 250 ms feels immediate.
2. **Window resizing**: take \`ResizeObserver\` instead.
3. **Saving drafts**: a second, and once more when the page is left.

> A debounced function that is never called again still holds its arguments.
`

const afterTools = `It is **warmer in Berlin** today: 12 °C against 10 °C in Oslo. Take a jacket, and no umbrella.`

const answers: readonly { readonly about: string; readonly actions: ScriptedCall }[] = [
  {
    about: 'debounce',
    actions: [
      {
        reasoning:
          'They want to compare. A table first, then one helper with its types kept. **Clear the timer** before each call.',
      },
      { text: debounce },
    ],
  },
  {
    about: 'warmer',
    actions: [
      { reasoning: 'Two cities: ask for both at once.' },
      { toolCall: 'weather', input: { city: 'Berlin' } },
      { toolCall: 'weather', input: { city: 'Oslo' } },
    ],
  },
  { about: 'notes', actions: [{ toolCall: 'read_file', input: { path: 'notes/tuesday.txt' } }] },
  {
    about: 'colour',
    actions: [
      { text: 'The workshop knows what paint is left.' },
      { toolCall: 'ask_colleague', input: { question: 'Which colours are left for a puppet?' } },
    ],
  },
  {
    about: 'story',
    actions: [
      { text: 'Once there was a carver who talked to his wood. One evening, while the glue was warming, it answered:' },
      { hang: true },
    ],
  },
  { about: 'credit', actions: [{ fail: 'quota', message: 'You exceeded your current quota.' }] },
  { about: 'overloaded', actions: [{ text: 'The first half of ' }, { fail: 'overloaded', message: 'Overloaded' }] },
  { about: 'title', actions: [{ text: 'How about **The Wood That Answered**?' }] },
  { about: 'picture', actions: [{ text: 'A sketch of a puppet with its strings drawn up, in terracotta and cream.' }] },
]
