import { type VendorEngineName, vendorEngines, vendorOrder } from './engine-kind.ts'

/** The engines whose key is in the environment, the one to take first. */
export function withKey(environment: NodeJS.ProcessEnv): readonly VendorEngineName[] {
  return vendorOrder.filter((name) => keyOf(name, environment) !== undefined)
}

export function keyOf(engine: VendorEngineName, environment: NodeJS.ProcessEnv): string | undefined {
  return filledText(environment[vendorEngines[engine].keyVariable])
}

/** The address that the environment names in place of the vendor's own. */
export function addressOf(engine: VendorEngineName, environment: NodeJS.ProcessEnv): string | undefined {
  return filledText(environment[vendorEngines[engine].baseUrlVariable])
}

export const noKey: string = `no key is set (${vendorOrder.map((name) => vendorEngines[name].keyVariable).join(', ')})`

export function isSet(engine: VendorEngineName): string {
  return `${vendorEngines[engine].keyVariable} is set`
}

export function needsKey(engine: VendorEngineName): string {
  const { keyVariable, keyPage } = vendorEngines[engine]
  return `${engine} needs a key: make one at ${keyPage}, put it into ${keyVariable} and start again`
}

/** An empty variable is as good as none. */
function filledText(variable: string | undefined): string | undefined {
  return variable?.trim() || undefined
}
