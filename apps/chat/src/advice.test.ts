import { EngineError, type EngineErrorCode } from '@geppetto/engine'
import type { EngineChoice } from 'engine-choice'
import { describe, expect, it } from 'vitest'
import { adviceFor } from './advice.ts'

const local: EngineChoice = { engine: 'anthropic', model: 'm', baseUrl: 'http://127.0.0.1:1' }
const withKey: EngineChoice = { ...local, apiKey: 'secret' }

const advise = (code: EngineErrorCode, choice = withKey) => adviceFor(new EngineError(code, 'it failed'), choice, '/')

describe('adviceFor', () => {
  it.each<[EngineErrorCode, string]>([
    ['auth', 'Look at the key in ANTHROPIC_API_KEY'],
    ['rate_limit', 'Wait a while; or /engine takes another engine'],
    ['network', 'Can http://127.0.0.1:1 be reached from here?'],
    ['context_overflow', '/model takes one with a larger window'],
    ['invalid_request', '--no-tools'],
  ])('knows what to do about %s', (code, text) => {
    expect(advise(code)).toContain(text)
    expect(advise(code)).not.toContain('secret')
  })

  it('asks for a key where a host wants one that needed none so far', () =>
    expect(advise('auth', local)).toContain('put it into ANTHROPIC_API_KEY and start again'))

  it('names flags where there is no conversation', () =>
    expect(adviceFor(new EngineError('overloaded', 'busy'), withKey, '--')).toContain('--engine takes another'))

  it('is silent where nothing is known', () => {
    expect(advise('internal')).toBeUndefined()
    expect(adviceFor(new Error('a fault of ours'), withKey, '/')).toBeUndefined()
    expect(adviceFor(new EngineError('auth', 'no'), { engine: 'eliza' }, '/')).toBeUndefined()
  })
})
