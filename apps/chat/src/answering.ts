import type { Engine } from '@geppetto/engine'
import type { RunResult } from '@geppetto/session'
import {
  type Cost,
  costOf,
  costOfTurn,
  createEngineFromSettings,
  isSettingsError,
  type ModelInfo,
  modelInfoFor,
  type ResolvedSettings,
  sumCosts,
  valuesLayer,
} from '@geppetto/settings'
import { defined, type ProviderCallRecord } from '@geppetto/turns'
import {
  type Access,
  accessOf,
  chooseEngine,
  type EngineChoice,
  EngineChoiceError,
  type EngineName,
  type EngineWish,
  engineNames,
  isOfAnotherVendor,
  listModels,
  otherEngines,
  remoteEngines,
  settingsWith,
  wishOf,
} from 'engine-choice'
import { noticeLines } from './notice-lines.ts'

/** Where a profile is named in the middle of a conversation. */
const profileCommand = '/profile'

/** How long a host may take to say what models it has, in milliseconds. */
const patienceMs = 5_000

/** An engine, and what it would be taken as. */
export interface AvailableEngine {
  readonly name: EngineName
  readonly isOn: boolean
  readonly description: string
}

/** A profile that may be taken. */
interface NamedProfile {
  /** Its slug, with that of its registry where another one has it too. */
  readonly name: string
  readonly isOn: boolean
  /** One line for people; empty where nothing is said of it. */
  readonly about: string
}

/** Another engine, or the same with another model or address. */
export interface EngineChange extends EngineWish {
  readonly engine: EngineName
}

/** Knows who answers, and changes it. */
export class Answering {
  #access: Access
  /** What was asked of each engine that was on: going back to one is going back to its model. */
  readonly #wishes = new Map<EngineName, EngineWish>()
  /** The settings of all that have answered, the newest first: what they know of prices holds for what was said before, too. */
  readonly #taken: ResolvedSettings[] = []
  #choice: EngineChoice
  #settings: ResolvedSettings
  #engine: Engine

  private constructor(access: Access, choice: EngineChoice) {
    this.#access = access
    this.#choice = choice
    this.#settings = settingsWith(choice, access.layers)
    this.#engine = createEngineFromSettings(this.#settings)
    this.#remember(choice)
  }

  /** With whom the settings ask for. @throws SettingsError, EngineChoiceError, EngineError `invalid_options` when that cannot be had. */
  static async start(access: Access): Promise<Answering> {
    const choice = await chooseEngine(wishOf(access), access)
    return new Answering(access, choice)
  }

  get choice(): EngineChoice {
    return this.#choice
  }

  get engine(): Engine {
    return this.#engine
  }

  /** Who answers, for people. */
  get description(): string {
    return describeChoice(this.#choice)
  }

  /** What a run cost; undefined where nothing is known of the prices of its model. */
  costOf({ turn, runId }: Pick<RunResult, 'turn' | 'runId'>): Cost | undefined {
    const isKnown = this.#settings.modelInfo.cost !== undefined
    return isKnown ? costOfTurn(turn, modelInfoFor(this.#settings), runId) : undefined
  }

  /** What provider calls cost, by the prices of all models that have answered in this program; undefined where nothing is known of any. */
  costOfCalls(calls: readonly ProviderCallRecord[]): Cost | undefined {
    const pricesOf = (call: ProviderCallRecord) =>
      this.#taken.map((settings) => modelInfoFor(settings)(call)?.cost).find((cost) => cost !== undefined)
    // Nobody pays for a program of 1966.
    const paid = calls.filter(({ api }) => api !== 'eliza')
    if (paid.every((call) => pricesOf(call) === undefined)) return undefined
    return sumCosts(paid.map((call) => costOf(call.usage, pricesOf(call))))
  }

  /** What is known of the model that answers. */
  get modelInfo(): ModelInfo {
    return this.#settings.modelInfo
  }

  /** Lets another engine answer, or the same with another model or address. @throws SettingsError, EngineChoiceError, EngineError; then all stays as it is. */
  async switchTo(change: EngineChange): Promise<void> {
    // Another host has other models.
    const before = change.baseUrl === undefined ? this.#wishes.get(change.engine) : undefined
    await this.#take({ ...before, ...change })
  }

  /** Lets the model answer: by the engine that is on, or by that of its vendor. @throws SettingsError, EngineChoiceError, EngineError; then all stays as it is. */
  async takeModel(model: string): Promise<void> {
    const { engine } = this.#choice
    if (engine === 'eliza' || isOfAnotherVendor(model, this.#choice)) await this.#take({ model })
    else await this.switchTo({ engine, model })
  }

  /** The profiles that the settings offer. */
  get profiles(): readonly NamedProfile[] {
    const { offeredProfiles, profile } = this.#access.settings
    return offeredProfiles.map(({ slug, registry, displayName, description }) => ({
      name: offeredProfiles.some((other) => other.slug === slug && other.registry !== registry)
        ? `${registry}/${slug}`
        : slug,
      isOn: profile?.slug === slug && profile.registry === registry,
      about: [displayName, description].filter((text) => text !== undefined).join(': '),
    }))
  }

  /**
   * Lets whom another profile names answer, as if the program had been started with it.
   * @returns what of the settings was left out or set aside, for people
   * @throws SettingsError, EngineChoiceError, EngineError; then all stays as it is
   */
  async takeProfile(profile: string): Promise<readonly string[]> {
    const layers = this.#access.layers.filter(({ source }) => source !== profileCommand)
    const access = accessOf([...layers, valuesLayer({ profile }, profileCommand)])
    await this.#take(wishOf(access), access)
    return noticeLines(access)
  }

  /** All engines, with what each would be taken as, or why it cannot be had. */
  available(): Promise<readonly AvailableEngine[]> {
    return Promise.all(
      engineNames.map(async (name) => {
        const isOn = name === this.#choice.engine
        return { name, isOn, description: isOn ? this.description : await this.#describe(name) }
      }),
    )
  }

  /** The engines beside this one that could be had at once. */
  others(): Promise<readonly EngineName[]> {
    return otherEngines(this.#choice.engine, this.#access)
  }

  /** The models that the host of the engine has; none where it is not a matter of models. @throws SettingsError `bad_key`, EngineChoiceError `bad_model` */
  async models(signal: AbortSignal): Promise<readonly string[]> {
    const choice = this.#choice
    if (choice.engine === 'eliza') return []
    const until = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    const apiKey = await choice.apiKey?.read()
    return listModels(remoteEngines[choice.engine], { baseUrl: choice.baseUrl, ...defined({ apiKey }) }, until)
  }

  async #describe(name: EngineName): Promise<string> {
    try {
      return describeChoice(await chooseEngine({ ...this.#wishes.get(name), engine: name }, this.#access))
    } catch (error) {
      if (isSettingsError(error)) return error.message
      if (!(error instanceof EngineChoiceError)) throw error
      return error.code === 'missing_key' && name !== 'eliza'
        ? `needs a key in ${remoteEngines[name].host.keyVariable}`
        : error.message
    }
  }

  async #take(wish: EngineWish, access: Access = this.#access): Promise<void> {
    const choice = await chooseEngine(wish, access)
    const settings = settingsWith(choice, access.layers)
    this.#engine = createEngineFromSettings(settings)
    // What was asked of engines by other settings is past.
    if (access !== this.#access) this.#wishes.clear()
    this.#access = access
    this.#settings = settings
    this.#choice = choice
    this.#remember(choice)
  }

  #remember(choice: EngineChoice): void {
    this.#taken.unshift(this.#settings)
    const { engine } = choice
    if (choice.engine === 'eliza') this.#wishes.set(engine, { engine })
    else this.#wishes.set(engine, { engine, model: choice.model, baseUrl: choice.baseUrl })
  }
}

function describeChoice(choice: EngineChoice): string {
  if (choice.engine === 'eliza') return elizaDescription
  return `${choice.model} at ${new URL(choice.baseUrl).host} (${choice.engine})`
}

const elizaDescription = 'eliza, a program of 1966: no language model, no network'
