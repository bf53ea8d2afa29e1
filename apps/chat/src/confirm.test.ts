import { background } from '@geppetto/context'
import type { ToolCall } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { confirmCalls } from './confirm.ts'
import { calculator } from './tools/calculator.ts'
import { readFileTool } from './tools/read-file.ts'

const readCall: ToolCall = callOf(readFileTool('.').tool, { path: 'notes\u001b[2J.md' })

function callOf(tool: ToolCall['tool'], input: { readonly [name: string]: string }): ToolCall {
  return { callId: 'call_1', tool, input, rawInput: input }
}

const base = { yes: false, failsAnyway: async () => false }

/** Answers in turn, and keeps the questions. */
function person(...answers: (string | undefined)[]) {
  const questions: string[] = []
  const ask = async (question: string) => {
    questions.push(question)
    if (answers.length === 0) throw new Error('asked too often')
    return answers.shift()
  }
  return { ask, questions }
}

describe('confirmCalls', () => {
  it('does not ask for tools that touch nothing', async () => {
    const { ask, questions } = person()
    const decision = await confirmCalls({ ...base, ask })(background(), callOf(calculator, { expression: '1' }))
    expect(decision).toEqual({ decision: 'allow' })
    expect(questions).toEqual([])
  })

  it.each([true, false])('does not ask about a call that fails anyway (somebody to ask: %s)', async (isSomebody) => {
    const { ask, questions } = person()
    const authorize = confirmCalls({ yes: false, failsAnyway: async () => true, ...(isSomebody ? { ask } : undefined) })
    expect(await authorize(background(), readCall)).toEqual({ decision: 'allow' })
    expect(questions).toEqual([])
  })

  it.each(['y', 'Y', ' yes ', 'YES'])('takes %j for a yes', async (answer) => {
    expect(await confirmCalls({ ...base, ask: person(answer).ask })(background(), readCall)).toEqual({
      decision: 'allow',
    })
  })

  it.each(['', 'n', 'No'])('takes %j for a no', async (answer) => {
    expect(await confirmCalls({ ...base, ask: person(answer).ask })(background(), readCall)).toEqual({
      decision: 'deny',
      reason: 'the user said no',
    })
  })

  it('asks again for anything else, and shows what is asked for without letting it steer the terminal', async () => {
    const { ask, questions } = person('maybe', 'n')
    await confirmCalls({ ...base, ask })(background(), readCall)
    const question = 'Allow read_file {"path":"notes\\u001b[2J.md"}? [y/N] '
    expect(questions).toEqual([question, `Please answer y or n. ${question}`])
  })

  it('denies when the person is gone', async () => {
    expect(await confirmCalls({ ...base, ask: person(undefined).ask })(background(), readCall)).toEqual({
      decision: 'deny',
      reason: 'the user did not answer',
    })
  })

  it('denies where nobody can be asked, saying what to do', async () => {
    const decision = await confirmCalls(base)(background(), readCall)
    expect(decision).toEqual({ decision: 'deny', reason: expect.stringContaining('start the chat with --yes') })
  })

  it('allows everything with yes', async () => {
    expect(await confirmCalls({ ...base, yes: true })(background(), readCall)).toEqual({ decision: 'allow' })
  })
})
