/** What a vendor's SDK reads in the environment. All of it belongs together. */
export interface VendorEnvironment {
  /** The vendor's domain, where what the environment holds belongs unless it names another address: `openai.com`. */
  readonly domain: string
  /** The variable with the address. */
  readonly baseUrl: string
  /** The variables with a key. */
  readonly keys: readonly string[]
  /** The variable with headers, one a line. */
  readonly headers: string
}

/**
 * What of the environment may go to an address: all, to the vendor or to the address that the environment itself names; its headers alone, where it
 * names an address and no key; else nothing, as a key must not reach a host for which nobody gave it.
 */
export type EnvironmentUse = 'all' | 'headers' | 'none'

/** A variable of the process's environment, as SDKs read it; undefined where it is empty, or there is no such thing. */
export function readEnvironment(name: string): string | undefined {
  const host: unknown = Reflect.get(globalThis, 'process')
  const value = fieldOf(fieldOf(host, 'env'), name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** What of the environment may go to `address`. */
export function environmentUseOf(address: string, vendor: VendorEnvironment): EnvironmentUse {
  const named = readEnvironment(vendor.baseUrl)
  if (named === undefined) return isOfVendor(address, vendor) ? 'all' : 'none'
  if (!URL.canParse(named) || new URL(named).origin !== new URL(address).origin) return 'none'
  const hasKey = vendor.keys.some((name) => readEnvironment(name) !== undefined)
  return hasKey || isOfVendor(address, vendor) ? 'all' : 'headers'
}

/**
 * Headers for a request by an SDK whose own key is not to be sent: the program's, or none, and none of those that the SDK takes from the environment
 * where they must not go. Null takes a header away.
 */
export function headersWithoutEnvironment(
  key: string | undefined,
  use: Exclude<EnvironmentUse, 'all'>,
  vendor: VendorEnvironment,
): Readonly<Record<string, string | null>> {
  const names = headerNames(readEnvironment(vendor.headers) ?? '')
  const foreign = use === 'none' ? Object.fromEntries(names.map((name) => [name, null])) : {}
  if (key !== undefined) return { ...foreign, authorization: `Bearer ${key}` }
  return use === 'headers' && names.includes('authorization') ? foreign : { ...foreign, authorization: null }
}

function isOfVendor(address: string, { domain }: VendorEnvironment): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' && hostname.endsWith(`.${domain}`)
}

function headerNames(lines: string): readonly string[] {
  const named = lines.split('\n').filter((line) => line.includes(':'))
  return named.map((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase()).filter((name) => name !== '')
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
