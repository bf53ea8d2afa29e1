import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findCallSites } from './find-call-sites.ts'
import { findSources } from './find-sources.ts'

const call = "import { streamText } from 'ai'\nstreamText({})\n"
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrate-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function paths(choice = {}): Promise<string[]> {
  return (await findSources(folder, choice)).paths.map((path) => path.slice(folder.length + 1))
}

test('takes sources, and passes over what is installed, built, hidden or minified', async () => {
  const taken = ['a.ts', 'b/c.go', 'b/d.tsx', 'e.cjs']
  const skipped = ['node_modules/ai/x.ts', 'vendor/v.go', 'dist/o.js', '.next/p.js', 'lib.min.js', 'notes.md']
  for (const path of [...taken, ...skipped]) await write(path, call)
  expect(await paths()).toEqual(taken)
  expect(await paths({ all: true })).toEqual([...taken, ...skipped.slice(0, 5)].sort())
  expect(await paths({ skip: ['b', 'e.cjs'] })).toEqual(['a.ts'])
})

test('follows no link, so that a loop of links ends', async () => {
  await write('a/b.ts', call)
  await symlink(folder, join(folder, 'a/loop'))
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling.ts'))
  expect(await paths()).toEqual(['a/b.ts'])
})

test('tells of a folder that cannot be read, and goes on', async () => {
  await write('a.ts', call)
  await write('closed/b.ts', call)
  await write('open/c.ts', call)
  const read = async (path: string) => {
    if (path.endsWith('closed')) throw new Error('EACCES: permission denied')
  }
  const found = await findSources(folder, {}, read)
  expect(found.paths.map((path) => path.slice(folder.length + 1))).toEqual(['a.ts', 'open/c.ts'])
  expect(found.unread).toEqual([{ path: join(folder, 'closed'), reason: 'EACCES: permission denied' }])
})

test('does not take it for a failure that a folder is gone when its turn comes', async () => {
  await write('gone/a.ts', call)
  const read = async (path: string) => {
    if (path.endsWith('gone')) await rm(path, { recursive: true })
  }
  expect(await findSources(folder, {}, read)).toEqual({ paths: [], unread: [] })
})

test('refuses a path that is not there, or cannot be read', async () => {
  const closed = () => Promise.reject(new Error('EACCES: permission denied'))
  await expect(findSources(folder, {}, closed)).rejects.toThrow('EACCES')
  await expect(findSources(join(folder, 'nowhere'))).rejects.toThrow('ENOENT')
})

test('looks into the scripts of components and at no binary, and says of what is too large or cannot be parsed that it was not looked at', async () => {
  await write('binary.ts', new Uint8Array([...new TextEncoder().encode(call), 0, 1]))
  await write('broken.ts', "import { streamText } from 'ai'\nconst = }{")
  await write('large.js', call + '// '.padEnd(17 * 1024 * 1024, 'x'))
  await write('chat.svelte', `<h1>import 'ai'</h1>\n<script module>\n${call}</script>\n{#if x}<p>{x}</p>{/if}\n`)
  const [line = '', second = ''] = call.split('\n')
  const setup = `<script setup lang="ts">\n${line}\nconst a: string = ''\n    ${second}\n</script>`
  await write('chat.vue', `<template>\n  <p>{{ streamText() }}</p>\n</template>\n${setup}\n<style></style>`)
  await write('marked.ts', `\uFEFF${call}`)
  await write('with-mistakes.ts', `${call}let a = 1\nlet a = 2\n`)
  const { sites, unread } = await findCallSites([folder])
  expect(sites.map(({ path, line, column }) => [path.slice(folder.length + 1), line, column])).toEqual([
    ['chat.svelte', 4, 1],
    ['chat.vue', 7, 5],
    ['marked.ts', 2, 1],
    ['with-mistakes.ts', 2, 1],
  ])
  expect(unread.map(({ path }) => path.slice(folder.length + 1))).toEqual(['broken.ts', 'large.js'])
})
