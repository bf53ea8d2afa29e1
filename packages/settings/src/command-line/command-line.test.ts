import { describe, expect, it } from 'vitest'
import { messageOf, providers, resolve } from '../settings.test-helper.ts'
import { defineCommandLine } from './command-line.ts'

const commandLine = defineCommandLine(providers, [
  { title: 'Output', flags: { full: { type: 'boolean', short: 'f', help: 'Say all.' } } },
])

describe('a command line', () => {
  it('has the flags of all settings', () => {
    const { layer, words } = commandLine.parse([
      '--engine=anthropic',
      '--temperature',
      '0.5',
      '--stop',
      'a,b',
      '--stop',
      'c',
      '--seed',
      '-5',
      '--claude-top-k=3',
      '--openai-store',
      'false',
      'Hello',
      'there',
    ])
    const settings = resolve(layer)
    expect(words).toEqual(['Hello', 'there'])
    expect(settings.section('inference')).toEqual({ temperature: 0.5, stop: ['a', 'b', 'c'], seed: -5 })
    expect(settings.get('chat.api_type')).toBe('anthropic')
    expect(settings.get('claude.top_k')).toBe(3)
    expect(settings.get('openai.store')).toBe(false)
    expect(settings.values.get('inference.seed')).toMatchObject({ layer: 'flags', place: '--seed' })
  })

  it('has the program’s own flags beside them', () => {
    const parsed = commandLine.parse(['-f', '--config', 'mine.yaml', '--print-settings', '--', '--full'])
    expect(parsed.given.has('full')).toBe(true)
    expect(parsed).toMatchObject({ config: 'mine.yaml', printsSettings: true, wantsHelp: false, words: ['--full'] })
    expect(commandLine.parse(['--help']).wantsHelp).toBe(true)
  })

  it('refuses a program’s flag that is one of the settings', () => {
    const own = { title: 'Own', flags: { model: { type: 'string', help: 'Mine.' } } } as const
    expect(messageOf(() => defineCommandLine(providers, [own]))).toBe('the flag --model is there twice')
  })

  it('has no flag for a key, which others could read in the list of processes', () => {
    const names = commandLine.groups.flatMap(({ flags }) => Object.keys(flags))
    expect(names.filter((name) => /key|secret|token(?!s)/.test(name))).toEqual([])
  })

  it('shows its flags under the headings of their layers, none wider than a terminal', async () => {
    const help = commandLine.help()
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
    await expect(help).toMatchFileSnapshot('../../fixtures/help.txt')
  })
})
