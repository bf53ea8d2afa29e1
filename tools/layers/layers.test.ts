import { describe, expect, test } from 'vitest'
import { publishedPackages } from '../workspace.ts'
import { whyNot, whyNotFolder } from './layers.ts'
import { findViolations } from './violations.ts'

describe('a package declares and imports only what its layer allows', () => {
  test.each(publishedPackages())('$folder', (workspacePackage) => {
    expect(findViolations(workspacePackage)).toEqual([])
  })
})

describe('the rule', () => {
  test.each([
    ['events', 'turns'],
    ['enginebuilder', 'session'],
    ['provider-eliza', 'engine'],
    ['store-sqlite', 'session'],
    ['store-sqlite', 'events'],
    ['testing', 'enginebuilder'],
    ['settings', 'engine'],
    ['settings', 'session'],
    ['client', 'engine'],
    ['server', 'client'],
    ['server', 'session'],
    ['react', 'client'],
  ])('lets %s import %s', (from, to) => {
    expect(whyNot(from, to, false)).toBeUndefined()
  })

  test.each([
    ['turns', 'events'],
    ['turns', 'context'],
    ['engine', 'tools'],
    ['session', 'testing'],
    ['turns', 'turns'],
    ['provider-eliza', 'session'],
    ['provider-eliza', 'tools'],
    ['provider-eliza', 'provider-openai'],
    ['store-sqlite', 'enginebuilder'],
    ['store-sqlite', 'middleware'],
    ['store-sqlite', 'provider-eliza'],
    ['store-sqlite', 'testing'],
    ['session', 'store-sqlite'],
    ['testing', 'provider-eliza'],
    ['testing', 'store-sqlite'],
    ['settings', 'provider-eliza'],
    ['settings', 'store-sqlite'],
    ['settings', 'testing'],
    ['provider-eliza', 'settings'],
    ['enginebuilder', 'settings'],
    ['store-sqlite', 'settings'],
    ['newcomer', 'turns'],
    ['testing', 'newcomer'],
    ['client', 'session'],
    ['client', 'server'],
    ['server', 'enginebuilder'],
    ['server', 'react'],
    ['react', 'session'],
    ['session', 'client'],
    ['testing', 'server'],
    ['provider-eliza', 'client'],
    ['migrate', 'turns'],
    ['session', 'migrate'],
    ['testing', 'migrate'],
  ])('keeps %s from importing %s', (from, to) => {
    expect(whyNot(from, to, false)).toEqual(expect.any(String))
  })

  test.each(['provider-newcomer', 'store-newcomer'])('lets the tests of %s run the kits of testing', (from) => {
    expect(whyNot(from, 'testing', true)).toBeUndefined()
    expect(whyNot(from, 'testing', false)).toEqual(expect.any(String))
  })

  test.each(['provider-eliza', 'store-sqlite'])('keeps the tests of %s from testing, whose tests use it', (from) => {
    expect(whyNot(from, 'testing', true)).toEqual(expect.any(String))
  })

  test.each(['provider-eliza', 'store-sqlite'])('lets the tests of settings use %s', (to) => {
    expect(whyNot('settings', to, true)).toBeUndefined()
  })

  test.each(['testing', 'enginebuilder', 'store-sqlite'])('lets the tests of server use %s', (to) => {
    expect(whyNot('server', to, true)).toBeUndefined()
  })

  test('keeps the tests of client from using server, which stands on it', () => {
    expect(whyNot('client', 'server', true)).toEqual(expect.any(String))
  })

  test.each(['provider-eliza', 'store-sqlite'])('lets the tests of testing use %s', (to) => {
    expect(whyNot('testing', to, true)).toBeUndefined()
  })
})

describe('the rule of folders', () => {
  test.each([
    ['runs', 'ledger'],
    ['runs', 'runs'],
    ['', 'queue'],
  ])('lets %j import %j', (from, to) => {
    expect(whyNotFolder('session', from, to)).toBeUndefined()
  })

  test.each([
    ['ledger', 'runs'],
    ['runs', ''],
    ['runs', 'newcomer'],
    ['newcomer', 'contract'],
  ])('does not let %j import %j', (from, to) => {
    expect(whyNotFolder('session', from, to)).toBeTypeOf('string')
  })

  test('lets a package without such folders be', () => {
    expect(whyNotFolder('turns', 'yaml', '')).toBeUndefined()
  })
})
