import { isSettingsError, type SettingsError } from '@geppetto/settings'
import { describe, expect, it } from 'vitest'
import { OptionError } from './option-error.ts'
import { parseOptions } from './options.ts'

const parse = (...args: string[]) => parseOptions(args, ['weather', 'time'])

const defaults = {
  continues: false,
  keeps: true,
  output: 'text',
  withMetadata: false,
  full: false,
  plain: false,
  tools: true,
  yes: false,
}

function optionsOf(...args: string[]) {
  const request = parse(...args)
  return request.kind === 'chat' ? request.options : undefined
}

function errorOf(...args: string[]): OptionError | SettingsError {
  try {
    parse(...args)
  } catch (error) {
    if (error instanceof OptionError || isSettingsError(error)) return error
    throw error
  }
  throw new Error(`${args.join(' ')} was taken`)
}

describe('parseOptions', () => {
  it.each([
    [[], {}],
    [['hello', 'there'], { prompt: 'hello there' }],
    [['--', '-5', '--full'], { prompt: '-5 --full' }],
    [['hello', '--full'], { prompt: 'hello', full: true }],
    [['--output', 'json'], { output: 'json' }],
    [['--output=yaml'], { output: 'yaml' }],
    [['--with-metadata', '--yes'], { withMetadata: true, yes: true }],
    [['--no-tools'], { tools: false }],
    [['--system', 'Be brief.'], { system: 'Be brief.' }],
    [['--system=--brief'], { system: '--brief' }],
    [['--max-iterations', '1'], { maxIterations: 1 }],
    [['--max-parallel-tools', '3'], { maxParallelTools: 3 }],
    [['--timeout', '0.5'], { timeoutSeconds: 0.5 }],
    [['--timeout', '1e9'], { timeoutSeconds: 1_000_000_000 }],
    [['--yes', '--yes'], { yes: true }],
    [['--tool-choice', 'required'], { toolChoice: 'required' }],
    [['--tool-choice', 'weather'], { toolChoice: { tool: 'weather' } }],
    [['--tool-choice', 'none', '--no-tools'], { toolChoice: 'none', tools: false }],
  ])('reads %j', (args, expected) => {
    expect(parse(...args)).toMatchObject({ kind: 'chat' })
    expect(optionsOf(...args)).toEqual({ ...defaults, ...expected })
  })

  it.each([
    ['-h', 'help'],
    ['--help', 'help'],
    ['--version', 'version'],
    ['-V', 'version'],
  ])('takes %s for a request of the %s, whatever else is there', (flag, kind) => {
    expect(parse('--output', 'json', flag)).toEqual({ kind })
  })

  it.each([
    [['--outptu', 'json'], 'unknown_flag', '--outptu', 'there is no flag --outptu: did you mean --output?'],
    [['-x'], 'unknown_flag', '-x', '--help lists them'],
    [['--output'], 'missing_value', '--output', '--output needs a value: text, json'],
    [['--output='], 'missing_value', '--output', 'needs a value'],
    [['--output', '--full'], 'missing_value', '--output', 'write --output=--full'],
    [['--full=yes'], 'unwanted_value', '--full', 'leave =yes out'],
    [['--output', 'xml'], 'bad_value', '--output', '--output must be text, json or yaml, not "xml"'],
    [['--max-iterations', '0'], 'bad_value', '--max-iterations', 'a whole number of at least 1, not "0"'],
    [['--max-iterations', '1.5'], 'bad_value', '--max-iterations', 'a whole number'],
    [['--max-parallel-tools', 'many'], 'bad_value', '--max-parallel-tools', 'not "many"'],
    [['--timeout', '0'], 'bad_value', '--timeout', 'a number of seconds above 0'],
    [['--timeout', '0x10'], 'bad_value', '--timeout', 'not "0x10"'],
    [['--timeout', '1e10'], 'bad_value', '--timeout', 'at most 1000000000, not "1e10"'],
    [['--output', 'text', '--output=json'], 'repeated', '--output', '--output is there twice'],
    [['--timeout', '9'.repeat(400)], 'bad_value', '--timeout', 'a number of seconds'],
    [['--system', ' '], 'bad_value', '--system', 'a text that is not empty'],
    [['--tool-choice', 'wether'], 'bad_value', '--tool-choice', 'one of the tools weather, time, not "wether"'],
    [['--tool-choice', 'time', '--no-tools'], 'conflict', '--tool-choice', 'leave one of the two out'],
    [['--tool-choice', 'required', '--no-tools'], 'conflict', '--tool-choice', 'leave one of the two out'],
    [[' '], 'no_prompt', undefined, 'the prompt is empty'],
  ])('refuses %j', (args, code, flag, message) => {
    const error = errorOf(...args)
    expect(error.code).toBe(code)
    if (error instanceof OptionError) expect(error.flag).toBe(flag)
    else expect(error.message).toContain(flag)
    expect(error.message).toContain(message)
  })

  it('leaves the flags of the settings to their layer', () => {
    const request = parse('--engine', 'anthropic', '--seed=7', '--config', 'mine.yaml', 'Hello')
    expect(request).toMatchObject({ kind: 'chat', options: { prompt: 'Hello' }, line: { config: 'mine.yaml' } })
    expect(parse('--print-settings', '--engine', 'anthropic').kind).toBe('settings')
  })
})
