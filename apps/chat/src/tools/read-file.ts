import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Context } from '@geppetto/context'
import { defineTool, idempotencyKeyFrom, type Tool, type ToolCall } from '@geppetto/tools'
import { quote, toErrorData } from '@geppetto/turns'
import { z } from 'zod'
import { ToolFailure } from './tool-failure.ts'

/** The largest file that is read, in bytes. */
export const maxFileBytes = 256 * 1024

/** The tool, and what can be known of a call of it before a person is asked. */
export interface ReadFile {
  readonly tool: Tool<{ path: string }, string>
  /**
   * Whether the call would fail now. It then fails with that also if the file has changed until it runs: such a call needs nobody's yes, so
   * it must never read.
   */
  readonly failsAnyway: (ctx: Context, call: ToolCall) => Promise<boolean>
}

const input = z.object({ path: z.string().min(1).describe('The path of the file, such as README.md') })

/** Reads text files below `folder`, wherever links lead. It asks nobody: confirmation is the executor's. */
export function readFileTool(folder: string): ReadFile {
  const failures = new Map<string, unknown>()
  const tool = defineTool({
    name: 'read_file',
    description: 'Reads a text file in the current folder or below it.',
    input,
    effects: 'none',
    execute: ({ path }, ctx) => {
      const key = idempotencyKeyFrom(ctx)
      if (key !== undefined && failures.has(key)) throw failures.get(key)
      return readBelow(folder, path)
    },
  })
  const failsAnyway: ReadFile['failsAnyway'] = async (ctx, call) => {
    const key = idempotencyKeyFrom(ctx)
    if (call.tool.name !== tool.name || key === undefined) return false
    try {
      await readBelow(folder, input.parse(call.input).path)
      return false
    } catch (error) {
      failures.set(key, error)
      return true
    }
  }
  return { tool, failsAnyway }
}

async function readBelow(folder: string, path: string): Promise<string> {
  const real = await locate(folder, path)
  // NONBLOCK: a named pipe without a writer would never open.
  const file = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    return await readText(file, path)
  } finally {
    await file.close()
  }
}

/** The file's real place, which is below the folder's. */
async function locate(folder: string, path: string): Promise<string> {
  const root = await realpath(folder)
  let real: string
  try {
    // Judged before it is looked at too, so that nobody learns what there is elsewhere.
    assertBelow(root, resolve(root, path), path)
    real = await realpath(resolve(root, path))
  } catch (cause) {
    if (cause instanceof ToolFailure) throw cause
    throw new ToolFailure('not_readable', `${quote(path)} cannot be read: ${reasonOf(cause)}`, { cause })
  }
  assertBelow(root, real, path)
  return real
}

function assertBelow(root: string, real: string, path: string): void {
  const way = relative(root, real)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new ToolFailure(
      'outside_folder',
      `${quote(path)} is outside the current folder: only files in it or below it are read`,
    )
}

async function readText(file: FileHandle, path: string): Promise<string> {
  const stats = await file.stat()
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a folder' : 'not a regular file'
    throw new ToolFailure('not_a_file', `${quote(path)} is ${what}: name a text file`)
  }
  // One byte more than allowed, so that a file that grows, or one whose size says nothing, cannot get past.
  const { bytesRead, buffer } = await file.read(Buffer.alloc(maxFileBytes + 1), 0, maxFileBytes + 1, 0)
  if (bytesRead > maxFileBytes)
    throw new ToolFailure(
      'too_large',
      `${quote(path)} is larger than ${maxFileBytes / 1024} KiB, the most that is read`,
    )
  const bytes = buffer.subarray(0, bytesRead)
  if (bytes.includes(0)) throw notText(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw notText(path, cause)
  }
}

function notText(path: string, cause?: unknown): ToolFailure {
  return new ToolFailure('not_text', `${quote(path)} is not a UTF-8 text file: name one that is`, { cause })
}

function reasonOf(error: unknown): string {
  const { code, message } = toErrorData(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'its permissions forbid it'
  return message
}
