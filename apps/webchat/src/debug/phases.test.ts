import { assistantBlock, userBlock } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { phasesOf } from './phases.ts'

const [before, question, answer] = [
  userBlock('Before', { id: 'a' }),
  userBlock('Hi', { id: 'b' }),
  assistantBlock('Yes.', { id: 'c' }),
]
const snapshots = [
  { phase: 'pre_inference', iteration: 1, isOpen: false, blocks: [before, question] },
  { phase: 'post_inference', iteration: 1, isOpen: false, blocks: [before, question, answer] },
]
const shown = (...input: Parameters<typeof phasesOf>) =>
  phasesOf(...input).map(({ label, earlier, blocks, fresh }) => [label, earlier.length, blocks.length, ...fresh])

it('the phases of a run have the blocks of earlier turns apart, and tell what is new in each', () => {
  expect(shown(snapshots, [question, answer], false)).toEqual([
    ['before call 1', 1, 1],
    ['after call 1', 1, 2, 'c'],
  ])
})

it('what is being said is a phase of its own, as long as nothing of it is kept', () => {
  const said = { ...answer, createdAt: answer.createdAt + 1 }
  expect(shown(snapshots, [question, said], true).at(-1)).toEqual(['after call 1', 1, 2, 'c'])
  expect(shown(snapshots, [question, { ...said, text: 'Yes. And' }], true).at(-1)).toEqual(['now', 1, 2, 'c'])
  expect(shown([], [question], true)).toEqual([['now', 0, 1]])
  expect(shown([], [question, answer], false)).toEqual([['at the end', 0, 2]])
})
