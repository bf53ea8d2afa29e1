import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from './open-sqlite-store.ts'
import { collect, makeFolder, openStore, put, thrownBy, titled } from './store-file.test-helper.ts'
import { storePath } from './store-path.ts'

describe('a file: URL', () => {
  it.each([
    ['as a URL', (path: string) => pathToFileURL(path)],
    ['as text', (path: string) => pathToFileURL(path).href],
  ])('names its file: %s', async (_, urlOf) => {
    const path = join(makeFolder(), '100% a?b#c ü.sqlite')
    const store = openStore(urlOf(path))
    await put(store, 's')
    expect([store.path, existsSync(path)]).toEqual([path, true])
    expect(await collect(openStore(path).read('s'))).toEqual([titled('one')])
  })

  it.each([
    'file:x.sqlite',
    'file:/x.sqlite',
    'file:///x.sqlite?mode=ro',
    'file:///x.sqlite#x',
    'file:///folder/',
    'file:///a%00b',
    new URL('https://example.com/x.sqlite'),
    new URL('file:///x.sqlite?mode=ro'),
  ])('is refused where it does not name one: %s', (url) => {
    expect(thrownBy(() => openSqliteStore(url))).toMatchObject({ code: 'invalid_options', field: 'path' })
    expect(String(thrownBy(() => openSqliteStore(url)))).toMatch(/: path (must|names) /)
  })
})

describe('a path that nobody can have meant', () => {
  it.each([
    ['~/sessions.sqlite', /homedir\(\)/],
    ['~', /homedir\(\)/],
    ['~me/sessions.sqlite', /homedir\(\)/],
    ['', /:memory:/],
    ['  ', /:memory:/],
    ['a\0b', /code 0/],
    ['sqlite:///x.sqlite', /file: URL/],
    ['folder/', /sessions\.sqlite/],
    [':memory:?x', /\.\/:memory:/],
    [' :memory:', /:memory: and nothing more/],
  ])('is refused, and nothing is made of it: %j', (path, advice) => {
    const before = readdirSync('.')
    const error = thrownBy(() => openSqliteStore(path))
    expect(error).toMatchObject({ code: 'invalid_options', field: 'path' })
    expect(String(error)).toMatch(/: path must/)
    expect(String(error)).toMatch(advice)
    expect(readdirSync('.')).toEqual(before)
  })

  it.each([5, null, undefined, {}, ['x']])('is refused where it is no path at all: %j', (path) => {
    expect(() => storePath(path)).toThrow(/path must be a text or a URL, not/)
  })

  it('is not one that has a ~ elsewhere', () => {
    expect(storePath('/a/~b/~')).toBe('/a/~b/~')
    expect(storePath('~backup.sqlite')).toBe(join(process.cwd(), '~backup.sqlite'))
  })
})

describe.skipIf(process.platform === 'win32')('what is no regular file', () => {
  it('is refused: a device', () => {
    const error = thrownBy(() => openSqliteStore('/dev/null'))
    expect(error).toMatchObject({ code: 'store_failed', reason: 'cannot_open' })
    expect(String(error)).toMatch(/no regular file/)
  })

  it('is refused: a pipe that nobody writes to', () => {
    const path = join(makeFolder(), 'pipe')
    spawnSync('mkfifo', [path])
    expect(thrownBy(() => openSqliteStore(path))).toMatchObject({ code: 'store_failed', reason: 'cannot_open' })
  })
})

it.skipIf(process.platform !== 'linux')('a folder that the system says no to is refused at once', () => {
  const entry = new URL('../dist/index.js', import.meta.url).href
  const program = `
    const { openSqliteStore } = await import(${JSON.stringify(entry)})
    try { openSqliteStore('/proc/x/y.sqlite') } catch (error) { console.log(error.code, error.reason) }`
  const options = { encoding: 'utf8', timeout: 30_000 } as const
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], options)
  expect(stdout).toBe('store_failed cannot_open\n')
})

describe('an option that is none', () => {
  it.each([
    ['options', 'x'],
    ['options', null],
    ['options', []],
    ['readonly', { readonly: true }],
    ['readOnly', { readOnly: 'yes' }],
    ['durability', { durability: 'full' }],
    ['lockTimeoutMs', { lockTimeoutMs: '5' }],
    ['lockTimeoutMs', { lockTimeoutMs: Number.NaN }],
    ['clock', { clock: {} }],
    ['readOnly', { readOnly: true }],
  ])('is refused by its name, and nothing is opened: %s of %j', (name, options) => {
    const error = thrownBy(() => Reflect.apply(openSqliteStore, undefined, [':memory:', options]))
    expect(error).toMatchObject({ code: 'invalid_options', field: name })
    expect(String(error)).toContain(name)
  })
})
