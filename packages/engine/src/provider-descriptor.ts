import type { DescribedSchema, InferenceConfig, JsonObject } from '@geppetto/turns'
import type { Engine } from './engine.ts'
import type { TimeLimits } from './time-limits.ts'

/**
 * A provider as settings know it: data, and the one function that makes its engines. Each provider package has one in its subpath `settings`. It is handed
 * to a registry by the program: importing it registers nothing.
 */
export interface ProviderDescriptor {
  /** What is installed: `@geppetto/provider-openai`. */
  readonly packageName: string
  /** The section of the settings that is the provider's own: `openai`. */
  readonly section: string
  /** What that section may hold: an object, all of whose fields are optional. */
  readonly options: DescribedSchema
  readonly apiTypes: readonly ApiType[]
  /** @throws EngineError `invalid_options` */
  readonly createEngine: (request: EngineRequest) => Engine
}

/** One kind of engine that a provider has, by the name that settings call it. */
export interface ApiType {
  /** Such as `openai-responses`. */
  readonly name: string
  /** What people call it too. */
  readonly aliases?: readonly string[]
  /** One line for people. */
  readonly description: string
  /** The model that is asked for where none is named; absent where one must be, or where there are none. */
  readonly model?: string
  /** Absent where nobody is talked to. */
  readonly host?: ApiHost
  /** The settings of the provider's section that this API has no word for. */
  readonly without?: readonly string[]
}

/** Where an API is, and what opens it. */
export interface ApiHost {
  /** What its keys are called in the settings, the one that wins first: `openai-api-key`. */
  readonly keyNames: readonly string[]
  /** The environment variable that the vendor's own tools read: it sets the last of `keyNames`. */
  readonly keyVariable: string
  /** Where keys are made; absent where none is needed. */
  readonly keyPage?: string
  /** What its address is called in the settings, the one that wins first: `openai-base-url`. */
  readonly baseUrlNames: readonly string[]
  /** The environment variable with the address: it sets the last of `baseUrlNames`. */
  readonly baseUrlVariable: string
  /** The vendor's own address, the only one that is known to want the key; absent where an address must be given. */
  readonly baseUrl?: string
}

/** An engine that is to be made. */
export interface EngineRequest {
  /** The name of one of the provider's {@link ApiType}s. */
  readonly apiType: string
  /** Absent where there are no models. */
  readonly model?: string
  readonly inference: InferenceConfig
  /** Asked for each request where it is a function. */
  readonly apiKey?: string | (() => string | Promise<string>)
  readonly baseUrl?: string
  readonly timeLimits?: TimeLimits
  /** The provider's own section, as its schema gave it. */
  readonly options: JsonObject
}
