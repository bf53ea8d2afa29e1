import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import type { LayerKind } from './layers/contribution.ts'
import { environmentLayer } from './layers/environment-layer.ts'
import { flagsLayer } from './layers/flags-layer.ts'
import { defaultsLayer, projectConfigLayer, type SettingsLayer, userConfigLayer, valuesLayer } from './layers/layer.ts'
import { providers, resolve, temporaryFolder, writeOwn } from './settings.test-helper.ts'

const folder = temporaryFolder()

/** The weakest first: what is promised, and not what the package takes for it. */
const promised: readonly LayerKind[] = [
  'defaults',
  'profile',
  'user-config',
  'project-config',
  'environment',
  'flags',
  'code',
]

/** Some settings that any layer can have, with the flag of each. */
const subjects = [
  ['inference.seed', 'seed'],
  ['inference.thinking_budget', 'thinking-budget'],
  ['inference.max_response_tokens', 'max-response-tokens'],
  ['client.timeout', 'call-timeout'],
  ['claude.top_k', 'claude-top-k'],
] as const

type Values = Readonly<Record<string, number>>

const valuesOfLayer = fc.dictionary(
  fc.constantFrom(...subjects.map(([path]) => path)),
  fc.integer({ min: 1, max: 1_000_000 }),
)

const subsets = fc.record(
  Object.fromEntries(promised.map((kind) => [kind, fc.option(valuesOfLayer, { nil: undefined })])),
)

function nested(values: Values): { readonly [section: string]: Values } {
  const sections: { [section: string]: { [name: string]: number } } = {}
  for (const [path, value] of Object.entries(values)) {
    const [section = '', name = ''] = path.split('.')
    sections[section] = { ...sections[section], [name]: value }
  }
  return sections
}

function yaml(content: unknown): string {
  return JSON.stringify(content, null, 1)
}

/** A layer of this kind that says these values. */
const layerOf: Readonly<Record<LayerKind, (values: Values) => SettingsLayer>> = {
  defaults: (values) => defaultsLayer(nested(values)),
  profile: (values) => {
    const registry = { slug: 'r', profiles: { p: { inference_settings: nested(values) } } }
    const path = writeOwn(folder, 'profiles.yaml', yaml(registry))
    return defaultsLayer({ profile: 'p', profile_registries: [path] })
  },
  'user-config': (values) => userConfigLayer(writeOwn(folder, 'user.yaml', yaml(nested(values)))),
  'project-config': (values) => projectConfigLayer(writeOwn(folder, 'project.yaml', yaml(nested(values)))),
  environment: (values) =>
    environmentLayer(
      Object.fromEntries(
        Object.entries(values).map(([path, value]) => [`GEPPETTO_${path.replace('.', '_').toUpperCase()}`, `${value}`]),
      ),
      providers,
    ),
  flags: (values) => flagsLayer(new Map(Object.entries(values).map(([path, value]) => [flagOf(path), [`${value}`]]))),
  code: (values) => valuesLayer(nested(values)),
}

function flagOf(path: string): string {
  return subjects.find(([name]) => name === path)?.[1] ?? ''
}

describe('the layers', () => {
  it('win by their kind, whichever of them are there and in whatever order they are given', () => {
    fc.assert(
      fc.property(subsets, fc.array(fc.nat(), { minLength: 7, maxLength: 7 }), (said, order) => {
        const given = promised.flatMap((kind) => {
          const values = said[kind]
          return values === undefined ? [] : [{ kind, values }]
        })
        const shuffled = given
          .map((layer, index) => ({ layer, at: order[index] ?? 0 }))
          .sort((one, other) => one.at - other.at)
          .map(({ layer }) => layerOf[layer.kind](layer.values))
        const settings = resolve(...shuffled)
        for (const [path] of subjects) {
          const saying = given.filter(({ values }) => values[path] !== undefined)
          const winner = saying.at(-1)
          const resolved = settings.values.get(path)
          expect(resolved?.value).toBe(winner?.values[path])
          expect(resolved?.layer).toBe(winner?.kind)
          expect(resolved?.overridden.map(({ layer }) => layer) ?? []).toEqual(
            saying
              .slice(0, -1)
              .map(({ kind }) => kind)
              .reverse(),
          )
          if (resolved !== undefined) expect(explain(settings)).toMatch(new RegExp(`^${path} +${resolved.value} `, 'm'))
        }
      }),
      { numRuns: 150 },
    )
  })

  it('take of two of one kind the later', () => {
    const settings = resolve(
      valuesLayer({ inference: { seed: 1, top_p: 0.5 } }),
      valuesLayer({ inference: { seed: 2 } }),
    )
    expect(settings.section('inference')).toEqual({ seed: 2, top_p: 0.5 })
  })
})
