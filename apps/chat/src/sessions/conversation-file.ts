import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { exportSession, importSession, isSessionError } from '@geppetto/session'
import { isTurnError, type JsonValue, quote, repairTurn, type Turn } from '@geppetto/turns'
import type { MessageForm } from '@geppetto/turns/import'
import type { ChatBackend } from '../backend.ts'
import { markdownOf } from './markdown.ts'
import { findMessages, importMessages } from './message-form.ts'

/** Thrown where a file cannot be written or read as a conversation: for people. */
export class FileFault extends Error {
  override readonly name = 'FileFault'
}

/**
 * Writes the conversation, in the form that the file's ending asks for.
 * @throws FileFault, SessionError
 */
export async function exportTo(given: string, backend: ChatBackend, conversation: Turn): Promise<void> {
  const path = atHome(given)
  const text = await textFor(extname(path).toLowerCase(), backend, conversation)
  if (text === undefined)
    throw new FileFault(
      'the ending says how it is written: .jsonl (all of it, for /import), .md or .yaml (the conversation)',
    )
  try {
    // Conversations are private, and what is there already may be somebody's.
    await writeFile(path, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw new FileFault(`${quote(given)} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}

async function textFor(ending: string, backend: ChatBackend, conversation: Turn): Promise<string | undefined> {
  switch (ending) {
    case '.jsonl': {
      let text = ''
      for await (const line of exportSession(backend.shelf.store, backend.sessionId)) text += `${line}\n`
      return text
    }
    case '.md':
      return markdownOf(backend.name ?? 'Conversation', conversation)
    case '.yaml':
    case '.yml': {
      const { turnToYaml } = await import('@geppetto/turns/yaml')
      return turnToYaml(conversation)
    }
    default:
      return undefined
  }
}

/**
 * Makes a session of what is in the file, which the chat goes on with: an exported session, a turn as YAML, or the messages of an API.
 * @returns what was lost or changed on the way, a line for each. @throws FileFault, SessionError
 */
export async function importFrom(
  given: string,
  backend: ChatBackend,
  form: MessageForm | undefined,
): Promise<readonly string[]> {
  const path = atHome(given)
  const text = await readText(path, given)
  const ending = extname(path)
  const name = basename(path, ending)
  try {
    switch (ending.toLowerCase()) {
      case '.jsonl':
        await importExport(text.split('\n'), backend)
        return []
      case '.yaml':
      case '.yml': {
        const { turnFromYaml } = await import('@geppetto/turns/yaml')
        const { turn, changes } = repairTurn(turnFromYaml(text))
        await backend.take(turn, name)
        return changes.map(({ action, path, message }) => `${action} ${path}: ${message}`)
      }
      default: {
        const found = findMessages(readJson(text))
        if (found === undefined) throw new FileFault(`${quote(given)} holds no list of messages`)
        const { turn, losses } = importMessages(found, form ?? found.form)
        if (turn.blocks.length === 0) throw new FileFault(`in ${quote(given)} is nothing that could be taken over`)
        await backend.take(turn, name)
        return [`Read as ${form ?? found.form}.`, ...losses.map(({ path, reason }) => `${path}: ${reason}`)]
      }
    }
  } catch (error) {
    const isInFile = isTurnError(error) || (isSessionError(error) && error.code === 'invalid_import')
    if (!isInFile) throw error
    throw new FileFault(`${quote(given)} cannot be read: ${error.message}`, { cause: error })
  }
}

async function importExport(lines: readonly string[], backend: ChatBackend): Promise<void> {
  const { store } = backend.shelf
  // A copy of a session that is here is another session.
  const id = await importSession(store, lines, { id: `ses_${crypto.randomUUID()}` })
  await backend.openById(id)
  await backend.rename(await backend.shelf.freeName(backend.name ?? 'imported', id))
}

async function readText(path: string, given: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new FileFault(`${quote(given)} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new FileFault('it is no JSON: /import takes .jsonl of /export, .yaml, and JSON with messages', {
      cause: error,
    })
  }
}

function atHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'there is such a file already; choose another name',
  ENOENT: 'there is no such file or folder',
  EACCES: 'it may not be opened by this user',
  EISDIR: 'it is a folder',
  ENOTDIR: 'there is no such folder',
  ENOSPC: 'the disk is full',
  EROFS: 'it is on a disk that is read-only',
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return reasons['code' in error ? String(error.code) : ''] ?? error.message
}
