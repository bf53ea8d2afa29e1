import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { background } from '@geppetto/context'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxFileBytes, readFileTool } from './read-file.ts'

const outside = mkdtempSync(join(tmpdir(), 'chat-read-file-'))
const folder = join(outside, 'folder')
const tool = readFileTool(folder)
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
})
