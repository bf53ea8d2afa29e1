import type { Profile } from '@geppetto/client/protocol'
import type { Engine } from '@geppetto/engine'
import { createEngineFromSettings } from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import {
  type Access,
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

/** All that can answer by the settings, what they ask for first: ELIZA is always among them. @throws SettingsError, EngineChoiceError, EngineError */
export async function findAnswerers(access: Access): Promise<readonly Answerer[]> {
  const first = await chooseEngine(wishOf(access), access)
  const others = await Promise.all(
    engineNames.filter((engine) => engine !== first.engine).map((engine) => tryToChoose({ engine }, access)),
  )
  const choices = [first, ...others.filter((choice) => choice !== undefined)].filter(isNeeded)
  const all = await Promise.all(choices.map((choice) => withModels(choice)))
  return all.flat().map((choice) => answererOf(choice, access))
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

function answererOf(choice: EngineChoice, access: Access): Answerer {
  const settings = settingsWith(choice, access.layers)
  const { context_window: contextWindow, cost: prices } = settings.modelInfo
  let engine: Engine | undefined
  return {
    profile: profileOf(choice),
    facts: defined({ contextWindow, prices }),
    engine: () => {
      engine ??= createEngineFromSettings(settings)
      return engine
    },
  }
}

function profileOf(choice: EngineChoice): Profile {
  if (choice.engine === 'eliza')
    return { id: 'eliza', label: 'ELIZA', description: 'A program of 1966: no language model, no network, no key' }
  const { engine, model, baseUrl } = choice
  return { id: `${engine}/${model}`, label: model, description: `${new URL(baseUrl).host}, by ${engine}` }
}
