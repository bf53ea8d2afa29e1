import { isSessionBusyError, type SessionSummary } from '@geppetto/session'
import { nearestName, visibleText } from '@geppetto/turns'
import { type Command, type CommandResult, type CommandScope, choice, nothingSaid, shown } from './command.ts'
import { isYes } from './confirm.ts'
import { ageOf } from './sessions/age.ts'
import { findNameFault, nameOf } from './sessions/shelf.ts'

/** How many sessions a list shows. */
const shownSessions = 30

/** Commands for the sessions of the store. */
export const sessionCommands: readonly Command[] = [
  { names: ['/sessions'], help: 'show the sessions that are kept', run: list },
  { names: ['/open'], values: 'NAME', help: 'go on with another session', run: open },
  { names: ['/new'], help: 'begin a new session', run: startAnew },
  { names: ['/fork'], goesOn: true, values: '[N]', help: 'go on in a copy, of the first N prompts', run: fork },
  { names: ['/rename'], goesOn: true, values: 'NAME', help: 'give this session another name', run: rename },
  { names: ['/delete'], values: 'NAME', help: 'delete a session; asks first', run: remove },
  { names: ['/watch'], help: 'follow the answer that another terminal is getting', run: () => ({ kind: 'watch' }) },
  { names: ['/cancel'], help: 'stop that answer', run: cancel },
]

async function list({ backend }: CommandScope): Promise<CommandResult> {
  const { shelf, sessionId } = backend
  const all = await shelf.list()
  if (all.length === 0) return shown('No session is kept yet: one is with its first prompt.\n')
  const now = Date.now()
  const rows = all.slice(0, shownSessions).map((summary) => ({
    mark: summary.sessionId === sessionId ? '*' : ' ',
    name: nameOf(summary),
    turns: turnsText(summary),
    age: ageOf(summary.updatedAt, now),
    held: summary.active === undefined ? '' : `  answering in ${summary.active.holder}`,
  }))
  const width = (field: 'name' | 'turns' | 'age') => Math.max(...rows.map((row) => row[field].length))
  const [name, turns, age] = [width('name'), width('turns'), width('age')]
  const lines = rows.map((row) =>
    `${row.mark} ${row.name.padEnd(name)}  ${row.turns.padEnd(turns)}  ${row.age.padEnd(age)}${row.held}`.trimEnd(),
  )
  if (all.length > shownSessions) lines.push(`  and ${all.length - shownSessions} older ones`)
  const where = shelf.path === undefined ? 'They end with the chat.' : `Kept in ${shelf.path}.`
  const choices = all.map((summary) => ({
    label: visibleText(nameOf(summary)),
    detail: [turnsText(summary), ageOf(summary.updatedAt, now)].filter((part) => part !== '').join(', '),
    line: `/open ${nameOf(summary)}`,
    isCurrent: summary.sessionId === sessionId,
  }))
  return choice(visibleText(`${lines.join('\n')}\n/open NAME goes on with one. ${where}\n`), choices)
}

async function open(scope: CommandScope, words: readonly string[]): Promise<CommandResult> {
  const name = words.join(' ')
  if (name === '') return shown('Which one? /open NAME; /sessions shows their names.\n')
  const known = await find(scope, name)
  if (known === undefined) return shown(await unknownText(scope, name))
  await scope.backend.openById(known.sessionId)
  return { kind: 'opened', text: visibleText(`Session ${name}, ${turnsText(known) || 'going on'}.\n`) }
}

function startAnew({ backend }: CommandScope): CommandResult {
  backend.startAnew()
  return shown('A new conversation.\n')
}

async function fork({ backend }: CommandScope, [wanted, ...more]: readonly string[]): Promise<CommandResult> {
  const { turnCount } = backend
  if (turnCount === 0) return shown(nothingSaid)
  const count = wanted === undefined ? turnCount : Number(wanted)
  if (more.length > 0 || !Number.isInteger(count) || count < 1 || count > turnCount)
    return shown(`/fork N keeps the first N prompts, from 1 to ${turnCount}.\n`)
  const from = backend.name
  await backend.fork(count)
  const kept = count === 1 ? 'the first prompt' : `the first ${count} prompts`
  return shown(visibleText(`Now in ${backend.name}, with ${kept} of ${from}. /open ${from} goes back.\n`))
}

async function rename(scope: CommandScope, words: readonly string[]): Promise<CommandResult> {
  const { backend } = scope
  const name = words.join(' ')
  const fault = findNameFault(name)
  if (fault !== undefined) return shown(`${fault}: /rename NAME\n`)
  const known = await find(scope, name)
  if (known !== undefined && known.sessionId !== backend.sessionId)
    return shown(visibleText(`There is a session ${name} already: take another name.\n`))
  await backend.rename(name)
  return shown(visibleText(`This session is ${name} now.\n`))
}

async function remove(scope: CommandScope, words: readonly string[], signal: AbortSignal): Promise<CommandResult> {
  const { backend, ask } = scope
  const name = words.join(' ')
  if (name === '') return shown('Which one? /delete NAME; /sessions shows their names.\n')
  const known = await find(scope, name)
  if (known === undefined) return shown(await unknownText(scope, name))
  const turns = turnsText(known)
  const what = visibleText(turns === '' ? name : `${name}, ${turns}`)
  const answer = await ask(`Delete ${what}? It does not come back. [y/N] `, signal)
  if (!isYes(answer)) return shown('Nothing was deleted.\n')
  try {
    await backend.shelf.store.delete(known.sessionId)
  } catch (error) {
    if (!isSessionBusyError(error)) throw error
    return shown(visibleText(`${name} is getting an answer in ${error.holder}: nothing was deleted.\n`))
  }
  if (known.sessionId === backend.sessionId) backend.startAnew()
  return shown(visibleText(`Deleted: ${name}\n`))
}

async function cancel({ backend }: CommandScope): Promise<CommandResult> {
  const standing = await backend.catchUp()
  if (standing.kind !== 'held') return shown('No other terminal is getting an answer in this session.\n')
  await backend.cancelElsewhere()
  return { kind: 'opened', text: `Stopped the answer in ${standing.active.holder}.\n` }
}

function find({ backend }: CommandScope, name: string): Promise<SessionSummary | undefined> {
  return backend.shelf.find(name)
}

async function unknownText({ backend }: CommandScope, name: string): Promise<string> {
  const like = nearestName(name, (await backend.shelf.list()).map(nameOf))
  return visibleText(
    `There is no session ${name}: ${like === undefined ? '/sessions shows them' : `did you mean ${like}?`}\n`,
  )
}

function turnsText({ metadata: { turns } }: SessionSummary): string {
  return typeof turns === 'number' ? `${turns} ${turns === 1 ? 'turn' : 'turns'}` : ''
}
