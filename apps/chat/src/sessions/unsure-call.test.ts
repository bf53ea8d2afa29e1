import { background } from '@geppetto/context'
import { toolCallBlock } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { askAboutCall } from './unsure-call.ts'

const call = toolCallBlock({ callId: 'c', name: 'send', input: { state: 'parsed', value: { to: 'Ann\u001b[2J' } } })

it.each<[readonly (string | undefined)[], string]>([
  [['y'], 'run'],
  [['perhaps', ' YES '], 'run'],
  [[''], 'tell'],
  [['n'], 'tell'],
  [[undefined], 'tell'],
])('takes %j for: %s', async (answers, decision) => {
  const questions: string[] = []
  const left = [...answers]
  const decide = askAboutCall(async (question) => {
    questions.push(question)
    return left.shift()
  })
  expect(await decide(background(), call)).toBe(decision)
  expect(questions).toHaveLength(answers.length)
  expect(questions[0]).toBe('send {"to":"Ann\\u001b[2J"} may have run already. Run it again? [y/N] ')
})
