import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { background } from '@geppetto/context'
import { createToolExecutor, createToolRegistry, type ToolHooks } from '@geppetto/tools'
import { contentText, toolCallBlock } from '@geppetto/turns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxFileBytes, readFileTool } from './read-file.ts'

const outside = mkdtempSync(join(tmpdir(), 'chat-read-file-'))
const folder = join(outside, 'folder')
const { tool, failsAnyway } = readFileTool(folder)

/** Calls the tool as a run does. */
async function call(path: string, authorize: NonNullable<ToolHooks['authorize']>) {
  const block = toolCallBlock({ callId: 'call_1', name: tool.name, input: { state: 'parsed', value: { path } } })
  const request = { calls: [block], registry: createToolRegistry([tool]), config: {} }
  const { results } = await createToolExecutor({ hooks: { authorize } }).execute(background(), request)
  return results.map(({ outcome, content }) => ({ outcome, text: contentText(content) }))
}

const read = (path: string) => Promise.resolve(tool.execute?.({ path }, background()))

beforeAll(() => {
  mkdirSync(join(folder, 'sub'), { recursive: true })
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  mkdirSync(join(outside, 'folder-too'))
  writeFileSync(join(outside, 'folder-too', 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'notes.txt'), 'Grüße\n')
  writeFileSync(join(folder, '..notes.txt'), 'two dots in a name')
  writeFileSync(join(folder, 'sub', 'deep.txt'), 'deep')
  writeFileSync(join(folder, 'empty.txt'), '')
  writeFileSync(join(folder, 'largest.txt'), 'x'.repeat(maxFileBytes))
  writeFileSync(join(folder, 'larger.txt'), 'x'.repeat(maxFileBytes + 1))
  writeFileSync(join(folder, 'zeros.bin'), 'text\0text')
  writeFileSync(join(folder, 'latin1.txt'), Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]))
  symlinkSync(join(folder, 'sub', 'deep.txt'), join(folder, 'link-inside'))
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'link-outside'))
  symlinkSync(outside, join(folder, 'sub', 'up'))
  symlinkSync(join(folder, 'gone'), join(folder, 'dangling'))
})

afterAll(() => rmSync(outside, { recursive: true }))

describe('read_file', () => {
  it.each([
    ['notes.txt', 'Grüße\n'],
    ['./sub/../notes.txt', 'Grüße\n'],
    ['sub/deep.txt', 'deep'],
    ['..notes.txt', 'two dots in a name'],
    ['link-inside', 'deep'],
    ['empty.txt', ''],
  ])('reads %s', async (path, text) => expect(await read(path)).toBe(text))

  it('reads an absolute path that is below the folder', async () => {
    expect(await read(join(folder, 'notes.txt'))).toBe('Grüße\n')
  })

  it.each([
    '..',
    '../secret.txt',
    'sub/../../secret.txt',
    '../folder-too/secret.txt',
    '/etc/passwd',
    '/etc/no-such-file',
  ])('refuses %s, which is elsewhere', async (path) => {
    await expect(read(path)).rejects.toMatchObject({
      code: 'outside_folder',
      message: expect.stringContaining('only files in it or below it are read'),
    })
  })

  it.each(['link-outside', 'sub/up/secret.txt', 'sub/up/folder-too'])(
    'does not follow %s out of the folder',
    async (path) => {
      await expect(read(path)).rejects.toMatchObject({ code: 'outside_folder' })
    },
  )

  it.each(['.', 'sub'])('says that %s is a folder', async (path) => {
    await expect(read(path)).rejects.toMatchObject({ code: 'not_a_file', message: expect.stringContaining('a folder') })
  })

  it.each(['gone.txt', 'notes.txt/more', 'dangling', 'a\0b'])('says that %j cannot be read', async (path) => {
    await expect(read(path)).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('reads as much as is allowed, and refuses one byte more', async () => {
    expect(await read('largest.txt')).toHaveLength(maxFileBytes)
    await expect(read('larger.txt')).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('256 KiB'),
    })
  })

  it.each(['zeros.bin', 'latin1.txt'])('refuses %s, which is no UTF-8 text', async (path) => {
    await expect(read(path)).rejects.toMatchObject({ code: 'not_text' })
  })

  it.runIf(process.platform !== 'win32')('does not wait for a named pipe', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')])
    await expect(read('pipe')).rejects.toMatchObject({ code: 'not_a_file' })
  })

  it.each(['../secret.txt', 'gone.txt', 'sub', 'zeros.bin', 'larger.txt', 'link-outside'])(
    'knows before anybody is asked that %s cannot be read, and says the same then',
    async (path) => {
      const known: boolean[] = []
      const [result] = await call(path, async (ctx, toolCall) => {
        known.push(await failsAnyway(ctx, toolCall))
        return { decision: 'allow' }
      })
      const message = await read(path).catch((error: Error) => error.message)
      expect({ known, result }).toEqual({
        known: [true],
        result: { outcome: 'error', text: expect.stringContaining(String(message)) },
      })
    },
  )

  it('leaves a file that can be read to a person', async () => {
    const known: boolean[] = []
    const authorize: NonNullable<ToolHooks['authorize']> = async (ctx, toolCall) => {
      known.push(await failsAnyway(ctx, toolCall))
      return { decision: 'deny', reason: 'no' }
    }
    expect(await call('notes.txt', authorize)).toMatchObject([{ outcome: 'denied' }])
    expect(known).toEqual([false])
  })

  it('does not read what nobody was asked about when it has become readable meanwhile', async () => {
    const authorize: NonNullable<ToolHooks['authorize']> = async (ctx, toolCall) => {
      await failsAnyway(ctx, toolCall)
      writeFileSync(join(folder, 'later.txt'), 'private')
      return { decision: 'allow' }
    }
    expect(await call('later.txt', authorize)).toEqual([
      { outcome: 'error', text: expect.stringContaining('there is no such file') },
    ])
  })
})
