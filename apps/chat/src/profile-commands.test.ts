import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentLayer, flagsLayer, valuesLayer } from '@geppetto/settings'
import { accessOf, providers } from 'engine-choice'
import { afterAll, describe, expect, it } from 'vitest'
import { Answering } from './answering.ts'
import type { CommandResult } from './command.ts'
import { takeEngine } from './engine-commands.ts'
import { takeProfile } from './profile-commands.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-profiles-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'profiles.yaml')
writeFileSync(
  file,
  `slug: team
profiles:
  quiet:
    display_name: Quiet
    description: No network.
    inference_settings: { chat: { api_type: eliza } }
  quick: { inference_settings: { chat: { api_type: openai, engine: gpt-quick } } }
  deep: { inference_settings: { chat: { api_type: claude, engine: claude-deep, stream: true } } }
`,
)

async function start({
  flags = {},
  files = [file],
}: {
  flags?: Record<string, string>
  files?: readonly string[]
} = {}) {
  const variables = { OLLAMA_HOST: '127.0.0.1:1', OPENAI_API_KEY: 'key-o' }
  const given = new Map(Object.entries({ profile: 'quiet', ...flags }).map(([name, value]) => [name, [value]]))
  if (files.length === 0) given.clear()
  const layers = [valuesLayer({ profile_registries: files }), environmentLayer(variables, providers), flagsLayer(given)]
  const answering = await Answering.start(accessOf(layers))
  const engines: string[] = []
  const scope = { answering, answerWith: ({ info }: { info: { model: string } }) => engines.push(info.model) }
  const profile = async (...words: string[]) => textOf(await takeProfile(scope, words))
  return { engines, profile, scope }
}

function textOf(result: CommandResult): string {
  if (result.kind === 'shown' || result.kind === 'choice') return result.text
  throw new Error(`${result.kind} is no text`)
}

describe('/profile', () => {
  it('shows the profiles, which is on, and offers each with the line that takes it', async () => {
    const { profile, scope } = await start()
    expect(await profile()).toBe(`* quiet  Quiet: No network.
  quick
  deep
/profile NAME takes another; the conversation goes on.
`)
    const result = await takeProfile(scope, [])
    expect(result.kind === 'choice' && result.choices.map(({ line }) => line)).toEqual([
      '/profile quiet',
      '/profile quick',
      '/profile deep',
    ])
  })

  it('lets whom the profile names answer, and shows it as the one that is on', async () => {
    const { profile, engines } = await start()
    expect(await profile('quick')).toBe('Answering: gpt-quick at api.openai.com (openai-chat)\n')
    expect(engines).toEqual(['gpt-quick'])
    expect(await profile()).toContain('* quick')
    expect(await profile('quiet')).toContain('Answering: eliza')
  })

  it('forgets what engines were asked for by the profile before', async () => {
    const { profile, scope } = await start()
    await profile('quick')
    await profile('quiet')
    expect(textOf(await takeEngine(scope, ['openai']))).toBe('Answering: gpt-5-mini at api.openai.com (openai-chat)\n')
  })

  it('leaves all as it is where there is no key, or no such profile', async () => {
    const { profile, engines } = await start()
    expect(await profile('deep')).toMatch(/^anthropic needs a key: .*\nStill answering: eliza/)
    expect(await profile('qiuck')).toMatch(
      /^\/profile: there is no profile qiuck: did you mean quick\?\nStill answering: eliza/,
    )
    expect(await profile('a', 'b')).toBe('The name of a profile is one word: /profile NAME\n')
    expect(engines).toEqual([])
    expect(await profile()).toContain('* quiet')
  })

  it('does not take from flags what they say: they are stronger than profiles', async () => {
    const { profile } = await start({ flags: { engine: 'eliza' } })
    expect(await profile('quick')).toContain('Answering: eliza')
  })

  it('says how profiles are had where there are none', async () => {
    const { profile } = await start({ files: [] })
    expect(await profile()).toBe(
      'There are no profiles: name a file of them in profile_registries, or by --profile-registries.\n',
    )
  })
})
