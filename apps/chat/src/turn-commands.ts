import { isSessionError } from '@geppetto/session'
import { visibleText } from '@geppetto/turns'
import { type Command, type CommandResult, type CommandScope, choice, nothingSaid, shown } from './command.ts'
import { oneLine } from './one-line.ts'
import { promptText } from './prompt-text.ts'
import { askAboutCall } from './sessions/unsure-call.ts'
import type { StartedAnswer } from './start-answer.ts'

/** Commands that go back, and on from there. */
export const turnCommands: readonly Command[] = [
  { names: ['/retry'], goesOn: true, help: 'ask the last prompt again', run: retry },
  { names: ['/edit'], goesOn: true, values: '[TEXT]', help: 'ask another prompt in place of the last', run: edit },
  { names: ['/resume'], goesOn: true, help: 'go on where the last answer stopped', run: resume },
  { names: ['/undo'], goesOn: true, help: 'drop the last prompt and its answer', run: undo },
  { names: ['/branches'], goesOn: true, values: '[N]', help: 'what was asked again; or go to one', run: branches },
]

function retry({ backend }: CommandScope): CommandResult {
  return started('Again:', backend.lastPrompt, backend.retry())
}

function edit({ backend }: CommandScope, words: readonly string[]): CommandResult {
  const prompt = backend.lastPrompt
  if (prompt === undefined) return shown(nothingSaid)
  const text = words.join(' ')
  if (text !== '') return started('Instead:', text, backend.edit(text))
  return { kind: 'offered', line: `/edit ${promptText(prompt).trim().replaceAll(/\s+/g, ' ')}` }
}

function resume({ backend, ask }: CommandScope): CommandResult {
  try {
    return started('Going on:', backend.lastPrompt, backend.resume(askAboutCall(ask)))
  } catch (error) {
    if (!isSessionError(error) || error.code !== 'nothing_to_run') throw error
    return shown('The last answer is complete: /retry asks for another.\n')
  }
}

function started(
  label: string,
  prompt: CommandScope['backend']['lastPrompt'],
  answer: StartedAnswer | undefined,
): CommandResult {
  if (answer === undefined || prompt === undefined) return shown(nothingSaid)
  return { kind: 'started', text: `${oneLine(label, promptText(prompt))}\n`, answer }
}

async function undo({ backend }: CommandScope): Promise<CommandResult> {
  const prompt = backend.lastPrompt
  if (prompt === undefined) return shown(nothingSaid)
  await backend.undo()
  return shown(`${oneLine('Dropped:', promptText(prompt))}\n`)
}

async function branches({ backend }: CommandScope, [wanted, ...more]: readonly string[]): Promise<CommandResult> {
  const points = backend.branchPoints()
  const all = points.flatMap((point) => point.choices)
  if (all.length === 0) return shown('Nothing was asked twice: /retry and /edit make a branch.\n')
  if (wanted !== undefined) {
    const branch = more.length === 0 && /^\d+$/.test(wanted) ? all[Number(wanted) - 1] : undefined
    if (branch === undefined) return shown(`A branch is named by its number, from 1 to ${all.length}.\n`)
    await backend.checkout(branch.tipId)
    return { kind: 'opened', text: `On branch ${wanted}.\n` }
  }
  let number = 0
  const lines = points.flatMap(({ place, choices: here }) => [
    `At prompt ${place}:`,
    ...here.map(({ isCurrent, prompt, answer }) => {
      number++
      return ` ${isCurrent ? '*' : ' '} ${String(number).padEnd(3)}${wordsOf(prompt, answer)}`
    }),
  ])
  const choices = all.map(({ isCurrent, prompt, answer }, index) => ({
    label: String(index + 1),
    detail: visibleText(wordsOf(prompt, answer)),
    line: `/branches ${index + 1}`,
    isCurrent,
  }))
  return choice(visibleText(`${lines.join('\n')}\n/branches N goes on with another.\n`), choices)
}

function wordsOf(prompt: string, answer: string): string {
  return `${shortened(prompt, 40)} → ${answer === '' ? '(no answer)' : shortened(answer, 40)}`
}

function shortened(text: string, length: number): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`
}
