import { isJsonObject } from '@geppetto/turns'
import { mask, soundsSecret } from './mask-secrets.ts'

/**
 * The secrets that a request carries, in its headers and in the query of its address: what a provider may repeat in its error. Those below 8 characters
 * are words, and none.
 */
export function secretsIn(
  headers: Iterable<readonly [name: string, value: string]>,
  address?: string | URL,
): readonly string[] {
  const query = address === undefined ? [] : queryOf(String(address))
  const values = [...headers, ...query].filter(([name]) => soundsSecret(name)).map(([, value]) => value.trim())
  // `Bearer` and the like are not part of it.
  const secrets = values.map((value) => value.replace(/^\S+\s+(?=\S+$)/, '')).filter((value) => value.length >= 8)
  // One may be the beginning of another.
  return [...new Set(secrets)].sort((one, other) => other.length - one.length)
}

function queryOf(address: string): readonly (readonly [name: string, value: string])[] {
  return address.includes('?') && URL.canParse(address) ? [...new URL(address).searchParams] : []
}

/** The text with each of the secrets shown as `***`, also where it stands as JSON or an address write it. */
export function withoutSecrets(text: string, secrets: readonly string[] = []): string {
  return secrets.flatMap(spellings).reduce((shown, secret) => shown.replaceAll(secret, mask), text)
}

/** JSON data with each of the secrets in it shown as `***`. */
export function withoutSecretsInJson(value: unknown, secrets: readonly string[] = []): unknown {
  if (secrets.length === 0) return value
  if (typeof value === 'string') return withoutSecrets(value, secrets)
  if (Array.isArray(value)) return value.map((item) => withoutSecretsInJson(item, secrets))
  if (!isJsonObject(value)) return value
  const fields = Object.entries(value).map(([name, field]) => [
    withoutSecrets(name, secrets),
    withoutSecretsInJson(field, secrets),
  ])
  return Object.fromEntries(fields)
}

/** A text that may be JSON, with each of the secrets in it shown as `***`, however it is escaped. */
export function withoutSecretsInText(text: string, secrets: readonly string[] = []): string {
  const plain = withoutSecrets(text, secrets)
  if (secrets.length === 0 || !/^\s*[[{"]/.test(text)) return plain
  try {
    const value: unknown = JSON.parse(plain)
    const shown = JSON.stringify(withoutSecretsInJson(value, secrets))
    return shown === JSON.stringify(value) ? plain : shown
  } catch {
    // Not JSON, or too deep to be gone through: then there is nothing that could be unescaped.
    return plain
  }
}

/** A secret as it is, as JSON escapes it (slashes may be escaped too), and as an address does. */
function spellings(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1)
  return [...new Set([secret, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(secret.toWellFormed())])]
}
