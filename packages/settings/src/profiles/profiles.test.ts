import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { explain } from '../explain.ts'
import { valuesLayer } from '../layers/layer.ts'
import { fixtures, messageOf, resolve, temporaryFolder, writeOwn } from '../settings.test-helper.ts'

const folder = temporaryFolder()
const go = join(fixtures, 'go-profiles.yaml')

const profileOf = (profile: string, ...files: readonly string[]) =>
  resolve(valuesLayer({ profile, profile_registries: files }))

describe('a registry in the form of Go geppetto', () => {
  it('loads as it is, with what its profile builds on', () => {
    const settings = profileOf('analyst', go)
    expect(settings.profile).toMatchObject({
      slug: 'analyst',
      registry: 'go-team',
      displayName: 'Analyst',
      description: 'Reads numbers.',
      lineage: ['go-team/default', 'go-team/assistant', 'go-team/analyst'],
      metadata: { version: 2, created_by: 'fixture' },
      extensions: { 'app.custom@v1': { items: [{ enabled: true }, 'note'], note: 'analyst' } },
    })
    expect(settings.section('chat')).toEqual({ api_type: 'openai', engine: 'gpt-5' })
    expect(settings.section('inference')).toEqual({
      temperature: 0.5,
      top_p: 0.9,
      max_response_tokens: 128,
      stop: ['END'],
      seed: 7,
      reasoning_effort: 'high',
      reasoning_summary: 'auto',
      thinking_budget: 2000,
    })
    expect(settings.section('openai')).toEqual({
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      parallel_tool_calls: true,
      logit_bias: { 50256: -100 },
    })
    expect(settings.section('claude')).toEqual({ top_k: 5, user_id: 'user-1' })
    expect(settings.get('client.timeout')).toBe(60)
    expect(settings.modelInfo).toEqual({
      id: 'gpt-5',
      reasoning: true,
      context_window: 400_000,
      cost: { input: 1.25, output: 10 },
      metadata: { nested: { override: 'leaf' } },
    })
  })

  it('tells what of it has no counterpart, and where it stands', () => {
    const told = profileOf('analyst', go).notices.map(({ place, message }) => `${place?.split('/').at(-1)}: ${message}`)
    for (const name of [
      'chat.stream',
      'chat.cache_type',
      'client.organization',
      'openai.n',
      'embeddings',
      'profiles.analyst.runtime.system_prompt',
      'profiles.analyst.runtime.tools',
      'profiles.analyst.policy',
    ])
      expect(told).toContainEqual(
        expect.stringMatching(new RegExp(`^go-profiles\\.yaml:\\d+: ${name} was left out: \\w`)),
      )
    expect(told).toContainEqual(expect.stringContaining('known of the model gpt-4o-mini was set aside: gpt-5 is asked'))
  })

  it('goes without what is wrong with profiles that nobody asks for, and tells of it', () => {
    const path = writeOwn(
      folder,
      'broken.yaml',
      'slug: r\nprofiles:\n  good: {}\n  p:\n    stack: [{ profile_slug: q }]\n  q:\n    stack: [{ profile_slug: p }]\n  s:\n    stack: [{ profile_slug: godo }]\n',
    )
    expect(profileOf('good', path).notices).toEqual([
      { place: `${path}:7`, message: 'profiles build on each other in a circle: r/p → r/q → r/p' },
      { place: `${path}:5`, message: 'profiles build on each other in a circle: r/q → r/p → r/q' },
      { place: `${path}:9`, message: 'there is no profile r/godo: did you mean good?' },
    ])
    expect(messageOf(() => profileOf('p', path))).toContain('in a circle')
  })

  it('offers all of its profiles, with what people call them', () => {
    const { offeredProfiles } = resolve(valuesLayer({ profile_registries: [go] }))
    expect(offeredProfiles).toEqual([
      { registry: 'go-team', slug: 'default' },
      { registry: 'go-team', slug: 'assistant', displayName: 'Assistant' },
      { registry: 'go-team', slug: 'analyst', displayName: 'Analyst', description: 'Reads numbers.' },
    ])
    expect(resolve(valuesLayer({})).offeredProfiles).toEqual([])
  })

  it('takes the profile default where none is named', () => {
    const settings = resolve(valuesLayer({ profile_registries: [go] }))
    expect(settings.profile?.lineage).toEqual(['go-team/default'])
    expect(settings.get('chat.engine')).toBe('gpt-4o-mini')
  })
})

describe('several registries', () => {
  const base = writeOwn(
    folder,
    'base.yaml',
    'slug: base\nprofiles:\n  a: { inference_settings: { inference: { seed: 1 } } }\n',
  )
  const over = writeOwn(
    folder,
    'over.yaml',
    'slug: over\nprofiles:\n  a:\n    stack:\n      - registry_slug: base\n        profile_slug: a\n    inference_settings: { inference: { top_p: 0.5 } }\n',
  )

  it('are stacked: of two profiles with one slug the later counts, and may build on the earlier', () => {
    const settings = profileOf('a', base, over)
    expect(settings.profile?.lineage).toEqual(['base/a', 'over/a'])
    expect(settings.section('inference')).toEqual({ seed: 1, top_p: 0.5 })
    expect(settings.values.get('inference.seed')).toMatchObject({ layer: 'profile', profile: 'base/a' })
  })

  it('are named with a profile where the earlier is meant', () => {
    expect(profileOf('base/a', base, over).profile?.lineage).toEqual(['base/a'])
  })

  it('are named alone where their default profile is meant', () => {
    expect(profileOf('go-team', go).profile?.lineage).toEqual(['go-team/default'])
  })

  it('hold each profile once, however often it is built on', () => {
    const diamond = writeOwn(
      folder,
      'diamond.yaml',
      'slug: d\nprofiles:\n  top: { stack: [{ profile_slug: left }, { profile_slug: right }] }\n  left: { stack: [{ profile_slug: root }] }\n  right: { stack: [{ profile_slug: root }] }\n  root: {}\n',
    )
    expect(profileOf('top', diamond).profile?.lineage).toEqual(['d/root', 'd/left', 'd/right', 'd/top'])
  })
})

describe('YAML', () => {
  it('may have anchors and merge keys, and places are where a value stands', () => {
    const path = writeOwn(
      folder,
      'anchors.yaml',
      'slug: anchors\nprofiles:\n  a:\n    inference_settings:\n      inference: &usual\n        seed: 3\n        top_p: 0.1\n  b:\n    inference_settings:\n      inference:\n        <<: *usual\n        top_p: 0.2\n',
    )
    const settings = profileOf('b', path)
    expect(settings.section('inference')).toEqual({ seed: 3, top_p: 0.2 })
    expect(settings.values.get('inference.seed')?.place).toBe(`${path}:6`)
    expect(settings.values.get('inference.top_p')?.place).toBe(`${path}:12`)
    const behind = writeOwn(
      folder,
      'behind.yaml',
      'slug: behind\nprofiles:\n  a:\n    inference_settings:\n      inference: { top_p: 0.2, <<: [{ top_p: 0.1, seed: 1 }, { seed: 2 }] }\n',
    )
    expect(profileOf('a', behind).section('inference')).toEqual({ seed: 1, top_p: 0.2 })
  })

  it('that is damaged is told by its line, without what stands there', () => {
    const path = writeOwn(folder, 'damaged.yaml', 'slug: x\nprofiles:\n  a:\n\t api_key: sk-secret-in-a-damaged-line\n')
    const message = messageOf(() => profileOf('a', path))
    expect(message).toContain(`${path}:4: this is no YAML: `)
    expect(message).not.toContain('secret')
  })
})

describe('a SQLite file of Go geppetto', () => {
  function writeDatabase(name: string, rows: readonly (readonly [slug: string, payload: string])[]): string {
    const path = join(folder, name)
    const database = new DatabaseSync(path)
    database.exec(
      'CREATE TABLE profile_registries (slug TEXT PRIMARY KEY, payload_json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL DEFAULT 0)',
    )
    const insert = database.prepare('INSERT INTO profile_registries (slug, payload_json) VALUES (?, ?)')
    for (const [slug, payload] of rows) insert.run(slug, payload)
    database.close()
    return path
  }

  /** As Go's encoding/json writes it: the names of the fields where they have no tag, and what is empty. */
  const payload = JSON.stringify({
    slug: 'stored',
    default_profile_slug: 'default',
    profiles: {
      default: {
        slug: 'default',
        inference_settings: {
          API: { APIKeys: { 'openai-api-key': 'sk-stored-0001' }, BaseUrls: {} },
          Chat: { Engine: 'gpt-5-mini', ApiType: 'openai-responses', MaxResponseTokens: null, TopP: null, Stop: [] },
          OpenAI: { N: null, PresencePenalty: null, LogitBias: {} },
          Client: { Timeout: 60_000_000_000, TimeoutSeconds: 45 },
          Claude: { TopK: 3, UserID: '' },
          Gemini: {},
          Inference: { reasoning_effort: 'low' },
          ModelInfo: { id: 'gpt-5-mini', context_window: 400_000 },
        },
        metadata: { version: 1 },
      },
    },
    metadata: {},
  })

  it('is read, by its own names too', () => {
    const path = writeDatabase('profiles.db', [['stored', payload]])
    const settings = profileOf('default', path)
    expect(settings.section('chat')).toEqual({ api_type: 'openai-responses', engine: 'gpt-5-mini' })
    expect(settings.section('claude')).toEqual({ top_k: 3 })
    expect(settings.get('inference.reasoning_effort')).toBe('low')
    expect(settings.get('client.timeout')).toBe(45)
    expect(settings.modelInfo).toMatchObject({ id: 'gpt-5-mini', context_window: 400_000 })
    expect(settings.values.get('chat.engine')?.place).toBe(`${path} (registry stored)`)
    expect(explain(settings)).not.toContain('sk-stored')
  })

  it('is known by what is in it, whatever it is called', () => {
    const path = writeDatabase('profiles.yaml', [['stored', payload]])
    expect(profileOf('default', path).get('chat.engine')).toBe('gpt-5-mini')
  })

  it.each([
    ['broken.db', [['a', '{ "slug": "a", sk-secret']], 'payload_json is no JSON'],
    ['other.db', [['a', '{"slug":"b"}']], 'payload_json has the slug b: the two must be the same'],
    ['list.db', [['a', '[]']], 'payload_json is no object'],
  ] as const)('is refused where it is damaged: %s', (name, rows, message) => {
    const path = writeDatabase(name, rows)
    const said = messageOf(() => profileOf('a', path))
    expect(said).toContain(message)
    expect(said).not.toContain('secret')
  })

  it('is refused where it is one of another program', () => {
    const path = join(folder, 'foreign.sqlite')
    const database = new DatabaseSync(path)
    database.exec('CREATE TABLE other (a)')
    database.close()
    expect(messageOf(() => profileOf('a', path))).toContain('it cannot be read as a file of profiles')
  })
})
