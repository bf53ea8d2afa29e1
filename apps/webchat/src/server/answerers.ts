import type { Profile } from '@geppetto/client/protocol'
import type { Engine } from '@geppetto/engine'
import { createEngineFromSettings, isSettingsError, type OfferedProfile, valuesLayer } from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import {
  type Access,
  accessOf,
  chooseEngine,
  type EngineChoice,
  EngineChoiceError,
  type EngineWish,
  engineNames,
  listModels,
  remoteEngines,
  settingsWith,
  wishOf,
} from 'engine-choice'
import type { ModelFacts } from '../shared/facts.ts'

/** How long a host may take to say what models it has, in milliseconds. */
const patienceMs = 3_000

/** How many models of one host are offered. */
const maxModels = 60

/** Something that can answer, as the page offers it. */
export interface Answerer {
  readonly profile: Profile
  readonly facts: ModelFacts
  /** Made when it is asked for the first time. @throws SettingsError, EngineError */
  readonly engine: () => Engine
}

/** Where a profile is named for what is offered. */
const offer = 'the list of profiles'

/**
 * All that can answer by the settings: what they ask for first, their profiles, then the models of all hosts, and always ELIZA.
 * @throws SettingsError, EngineChoiceError, EngineError
 */
export async function findAnswerers(access: Access): Promise<readonly Answerer[]> {
  const first = await chooseEngine(wishOf(access), access)
  const others = await Promise.all(
    engineNames.filter((engine) => engine !== first.engine).map((engine) => tryToChoose({ engine }, access)),
  )
  const choices = [first, ...others.filter((choice) => choice !== undefined)].filter(isNeeded)
  const all = await Promise.all(choices.map((choice) => withModels(choice)))
  const [asked, ...models] = all.flat().map((choice) => answererOf(choice, access))
  const profiles = await profilesOf(access)
  const on = profiles.find(({ isOn }) => isOn)?.answerer
  const named = profiles.map(({ answerer }) => answerer)
  const before = on === undefined ? [asked, ...named] : [on, ...named.filter((answerer) => answerer !== on), asked]
  return [...before.filter((answerer) => answerer !== undefined), ...models]
}

interface OfferedAnswerer {
  readonly answerer: Answerer
  /** Whether the settings have taken it. */
  readonly isOn: boolean
}

/** What each profile of the settings' files stands for, as if the program had been started with it; one that cannot be had is not offered. */
async function profilesOf({ layers, settings }: Access): Promise<readonly OfferedAnswerer[]> {
  const { offeredProfiles, profile } = settings
  const made = await Promise.all(
    offeredProfiles.map(async (offered) => {
      const { slug, registry } = offered
      const isAlone = offeredProfiles.filter((other) => other.slug === slug).length === 1
      const name = isAlone ? slug : `${registry}/${slug}`
      try {
        const access = accessOf([...layers, valuesLayer({ profile: name }, offer)])
        const choice = await tryToChoose(wishOf(access), access)
        const isOn = profile?.slug === slug && profile.registry === registry
        return choice === undefined ? [] : [{ answerer: answererOf(choice, access, { name, offered }), isOn }]
      } catch (error) {
        if (isSettingsError(error)) return []
        throw error
      }
    }),
  )
  return made.flat()
}

/** Chat Completions of a vendor whose better API is there too offers nothing new. */
function isNeeded({ engine }: EngineChoice, index: number, all: readonly EngineChoice[]): boolean {
  return index === 0 || engine !== 'openai-chat' || !all.some((other) => other.engine === 'openai-responses')
}

async function tryToChoose(wish: EngineWish, access: Access): Promise<EngineChoice | undefined> {
  try {
    return await chooseEngine(wish, access)
  } catch (error) {
    // No key, or nobody there: it is not offered.
    if (error instanceof EngineChoiceError) return undefined
    throw error
  }
}

/** The choice, and the same with each other model of its host. */
async function withModels(choice: EngineChoice): Promise<readonly EngineChoice[]> {
  if (choice.engine === 'eliza') return [choice]
  try {
    const apiKey = await choice.apiKey?.read()
    const host = { baseUrl: choice.baseUrl, ...defined({ apiKey }) }
    const models = await listModels(remoteEngines[choice.engine], host, AbortSignal.timeout(patienceMs))
    const others = models.filter((model) => model !== choice.model).slice(0, maxModels)
    return [choice, ...others.map((model) => ({ ...choice, model }))]
  } catch (error) {
    // A host that does not say what it has may answer all the same.
    if (error instanceof EngineChoiceError) return [choice]
    throw error
  }
}

interface Named {
  readonly name: string
  readonly offered: OfferedProfile
}

function answererOf(choice: EngineChoice, access: Access, named?: Named): Answerer {
  const settings = settingsWith(choice, access.layers)
  const { context_window: contextWindow, cost: prices } = settings.modelInfo
  let engine: Engine | undefined
  return {
    profile: named === undefined ? profileOf(choice) : namedProfile(choice, named),
    facts: defined({ model: choice.engine === 'eliza' ? undefined : choice.model, contextWindow, prices }),
    engine: () => {
      engine ??= createEngineFromSettings(settings)
      return engine
    },
  }
}

/** As the settings call it; what stands behind it is said, too. */
function namedProfile(choice: EngineChoice, { name, offered }: Named): Profile {
  const behind = choice.engine === 'eliza' ? 'ELIZA' : `${choice.model} at ${new URL(choice.baseUrl).host}`
  const { displayName = offered.slug, description } = offered
  return { id: `profile/${name}`, label: displayName, description: [description, behind].filter(Boolean).join(' · ') }
}

function profileOf(choice: EngineChoice): Profile {
  if (choice.engine === 'eliza')
    return { id: 'eliza', label: 'ELIZA', description: 'A program of 1966: no language model, no network, no key' }
  const { engine, model, baseUrl } = choice
  return { id: `${engine}/${model}`, label: model, description: `${new URL(baseUrl).host}, by ${engine}` }
}
