import { expect, it } from 'vitest'
import { chooseClients } from './choose-clients.ts'
import { isOurs } from './clients/client-info.ts'
import { readOptions } from './options.ts'

it('a whole run is written down, a part of one only when it is said', () => {
  expect(readOptions([])).toMatchObject({ writes: true, rounds: 7 })
  expect(readOptions(['--only', 'ours', '--quick'])).toMatchObject({ writes: false, rounds: 3, only: ['ours'] })
  expect(readOptions(['--section', 'streaming']).writes).toBe(false)
  expect(readOptions(['--section', 'streaming', '--write']).writes).toBe(true)
})

it('a check is of ours, and is not written down', () => {
  expect(readOptions(['--check'])).toMatchObject({ only: ['ours'], writes: false, checks: true })
})

it('says what there is when an option names nothing', () => {
  expect(() => readOptions(['--section', 'speed'])).toThrow(/no section speed: streaming/)
  expect(() => readOptions(['--rounds', 'many'])).toThrow(/--rounds/)
  expect(() => chooseClients(['nobody'])).toThrow(/no client nobody/)
})

it('the floors run along with whoever is chosen', () => {
  const levels = (only: string[]) => new Set(chooseClients(only).map(({ level }) => level))
  expect(levels(['LangChain'])).toEqual(new Set(['floor', 'peer']))
  expect(
    chooseClients(['ours'])
      .filter((client) => !isOurs(client))
      .map(({ level }) => level),
  ).toEqual(['floor', 'floor'])
})
