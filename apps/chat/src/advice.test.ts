import { EngineError, type EngineErrorCode } from '@geppetto/engine'
import { resolveSettings, valuesLayer } from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import { type EngineChoice, providers } from 'engine-choice'
import { describe, expect, it } from 'vitest'
import { adviceFor } from './advice.ts'

const local: EngineChoice = { engine: 'anthropic', model: 'm', baseUrl: 'http://127.0.0.1:1' }
const settings = resolveSettings([valuesLayer({ api: { api_keys: { 'claude-api-key': 'secret' } } })], { providers })
const withKey: EngineChoice = {
  ...local,
  ...defined({ apiKey: settings.keys('claude-api-key')[0]?.value, keyPlace: 'profiles.yaml:7' }),
}

const advise = (code: EngineErrorCode, choice = withKey) => adviceFor(new EngineError(code, 'it failed'), choice, '/')

describe('adviceFor', () => {
  it.each<[EngineErrorCode, string]>([
    ['quota', 'that the key in profiles.yaml:7 belongs to'],
    ['rate_limit', 'Wait a while; or /engine takes another engine'],
    ['network', 'Is http://127.0.0.1:1 up, and can it be reached from here?'],
    ['context_overflow', '/model takes one with a larger window'],
    ['invalid_request', '--no-tools'],
  ])('knows what to do about %s', (code, text) => {
    expect(advise(code)).toContain(text)
    expect(advise(code)).not.toContain('secret')
  })

  it('names the place of a key that a host does not take, and leaves one that could not be had to what says why', () => {
    const refused = new EngineError('auth', 'no', { status: 401 })
    expect(adviceFor(refused, withKey, '/')).toContain('Look at the key in profiles.yaml:7; keys are made at')
    expect(advise('auth')).toMatch(/^\/engine takes another engine/)
  })

  it('does not doubt address, key and model of an answer that broke off in the middle', () => {
    for (const code of ['network', 'protocol', 'timeout'] as const)
      expect(adviceFor(new EngineError(code, 'it broke', { visible: true }), withKey, '/')).toMatch(
        /^The answer broke off in the middle\. \/engine takes/,
      )
    expect(adviceFor(new EngineError('network', 'it broke', { visible: true }), withKey, '--')).toMatch(
      /middle\. Ask again; or --engine/,
    )
    const late = new EngineError('network', 'it broke', { requestId: 'request-1' })
    expect(adviceFor(late, withKey, '--')).toMatch(/^Ask again; or/)
  })

  it('doubts the address where what answers is something else', () => {
    expect(advise('protocol')).toContain('Does http://127.0.0.1:1 speak what anthropic speaks?')
    expect(advise('not_found')).toContain('is http://127.0.0.1:1 the right address?')
    const atVendor: EngineChoice = { ...withKey, baseUrl: 'https://api.anthropic.com' }
    expect(advise('protocol', atVendor)).toMatch(/^\/engine takes/)
    expect(advise('not_found', atVendor)).toMatch(/^Is there such a model\?/)
  })

  it('asks for a key where a host wants one that needed none so far', () =>
    expect(advise('auth', local)).toContain(
      'put it into ANTHROPIC_API_KEY, and its address into ANTHROPIC_BASE_URL, and start again',
    ))

  it('names flags where there is no conversation', () =>
    expect(adviceFor(new EngineError('overloaded', 'busy'), withKey, '--')).toContain('--engine takes another'))

  it('is silent where nothing is known', () => {
    expect(advise('internal')).toBeUndefined()
    expect(adviceFor(new Error('a fault of ours'), withKey, '/')).toBeUndefined()
    expect(adviceFor(new EngineError('auth', 'no'), { engine: 'eliza' }, '/')).toBeUndefined()
  })
})
