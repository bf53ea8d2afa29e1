import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { PreparedRequest, RequestTarget } from './engine.ts'

/** What stands in a secret's place. */
export const mask = '***'

/** What a secret is called, in lower case and without `-` and `_`. */
const secretNames: ReadonlySet<string> = new Set([
  'accesstoken',
  'apikey',
  'authorization',
  'authorizationtoken',
  'bearertoken',
  'clientsecret',
  'cookie',
  'password',
  'proxyauthorization',
  'refreshtoken',
  'secret',
  'token',
  'xapikey',
])

/**
 * Headers and body with each secret shown as `***`: what is called `authorization`, `api_key`, `token` and the like, also in the query of an
 * address, and all headers that stand beside an address, as those of a remote tool server. A body without secrets stays as it is, to the byte.
 */
export function maskSecrets(request: Pick<PreparedRequest, 'headers' | 'body'>): {
  readonly headers: PreparedRequest['headers']
  readonly body: string
} {
  const shown = Object.entries(request.headers).map(([name, value]) => [name, isSecretName(name) ? mask : value])
  return { headers: Object.fromEntries(shown), body: maskBody(request.body) }
}

/** A target as it may be shown. Here nothing is known of what a header or a field of the query means: what sounds like a secret is one. */
export function maskTarget({ address, headers }: RequestTarget): RequestTarget {
  const shown = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), soundsSecret(name) ? mask : value])
  return { address: maskAddress(address, soundsSecret), headers: Object.fromEntries(shown) }
}

function maskBody(body: string): string {
  let isMasked = false
  const hide = (value: unknown, isSecret: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => hide(item, isSecret))
    if (isJsonObject(value)) {
      const areHeadersSecret = hasAddress(value)
      return mapFields(value, (name, field) => {
        if (name === 'headers' && areHeadersSecret && isJsonObject(field))
          return mapFields(field, (_, header) => hide(header, true))
        if (name === 'authentication' && isJsonObject(field))
          return mapFields(field, (inner, part) => hide(part, inner === 'key' || isSecretName(inner)))
        return typeof field === 'string' && isAddressName(name) ? showAddress(field) : hide(field, isSecretName(name))
      })
    }
    if (typeof value !== 'string' || !isSecret) return value
    isMasked = true
    return mask
  }
  const showAddress = (address: string): string => {
    const shown = maskAddress(address)
    if (shown !== address) isMasked = true
    return shown
  }
  const masked = hide(parseBody(body), false)
  return isMasked ? JSON.stringify(masked) : body
}

function mapFields(object: JsonObject, change: (name: string, value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]))
}

/** Whether a field such as `url` or `server_url` holds a text. */
function hasAddress(object: JsonObject): boolean {
  return Object.entries(object).some(([name, value]) => isAddressName(name) && typeof value === 'string')
}

function isAddressName(name: string): boolean {
  return /url$/i.test(name)
}

/** The address with its user, password and what is called a secret in its query masked. */
function maskAddress(address: string, isSecret: (name: string) => boolean = isSecretName): string {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return address
  const url = new URL(address)
  const secrets = [...url.searchParams.keys()].filter(isSecret)
  if (url.username === '' && url.password === '' && secrets.length === 0) return address
  if (url.username !== '') url.username = mask
  if (url.password !== '') url.password = mask
  for (const name of secrets) url.searchParams.set(name, mask)
  return url.href
}

function isSecretName(name: string): boolean {
  return secretNames.has(name.toLowerCase().replace(/[-_]/g, ''))
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // A body that is no JSON has no names to know a secret by.
    return undefined
  }
}

/** Names of headers that nobody has listed. */
const secretHeader = /auth|cookie|credential|key|password|secret|signature|token/i

/** Whether a header, or a field of something foreign, sounds as if it held a secret. */
export function soundsSecret(name: string): boolean {
  return secretHeader.test(name) || /^(?:code|sig)$/i.test(name)
}
