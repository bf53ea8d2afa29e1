import { createMemoryStore, Session } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { says, scriptedBuilder, scriptedEngine } from '../scripted-engine.test-helper.ts'
import { findNameFault, nameFor, nameOf, SessionShelf } from './shelf.ts'

async function shelfWith(...titles: (string | undefined)[]) {
  const store = createMemoryStore()
  for (const [index, title] of titles.entries()) {
    const metadata = title === undefined ? {} : { title }
    const builder = scriptedBuilder(scriptedEngine(says('Hi.')))
    await new Session({ store, id: `id-${index}`, metadata, builder }).run('Hello')
  }
  return new SessionShelf(store)
}

describe('SessionShelf', () => {
  it('finds sessions by their titles, and those without one by their ids', async () => {
    const shelf = await shelfWith('trip', undefined)
    expect((await shelf.find('trip'))?.sessionId).toBe('id-0')
    expect((await shelf.find('id-1'))?.sessionId).toBe('id-1')
    expect(await shelf.find('id-0')).toBeUndefined()
    expect((await shelf.list()).map(nameOf).sort()).toEqual(['id-1', 'trip'])
  })

  it('numbers a name that is taken', async () => {
    const shelf = await shelfWith('trip', 'trip-2')
    expect(await shelf.freeName('trip')).toBe('trip-3')
    expect(await shelf.freeName('home')).toBe('home')
  })
})

describe('nameFor', () => {
  it.each([
    ['Do I need an umbrella in Paris, or a very warm coat?', 'do-i-need-an-umbrella-in-paris'],
    ['  Wo ist München?\n', 'wo-ist-münchen'],
    ['東京の天気', '東京の天気'],
    ['/etc/hosts', 'etc-hosts'],
    ['?!', 'session'],
    ['x'.repeat(80), 'x'.repeat(32)],
  ])('makes of %j a name that is easily typed', (prompt, name) => expect(nameFor(prompt)).toBe(name))
})

describe('findNameFault', () => {
  it.each(['', '  ', 'a\nb', '\u001b[2J', 'x'.repeat(101)])('refuses %j', (name) =>
    expect(findNameFault(name)).toBeDefined(),
  )
  it.each(['trip', 'my trip', 'Ärger, 2. Teil'])('takes %j', (name) => expect(findNameFault(name)).toBeUndefined())
})
