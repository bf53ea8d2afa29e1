import { defined } from '@geppetto/turns'
import { type EngineError, isEngineError, withFacts } from './engine-error.ts'
import { soundsSecret } from './mask-secrets.ts'
import { withoutSecrets } from './sent-secrets.ts'

/** How many causes deep something is kept. */
const maxCauses = 4

/**
 * What was thrown, as an error that can be logged at any depth: name, message, stack, causes and the plain facts (`code`, `syscall`, `port`), each
 * with the secrets in it as `***`. What else hosts and SDKs hang on their errors, as the request with its headers, is left behind. An
 * `EngineError` is returned as it is.
 */
export function withoutSecretsIn(thrown: unknown, secrets: readonly string[] = []): Error {
  return isEngineError(thrown) ? thrown : copyError(thrown, secrets, maxCauses)
}

/** A failure with each of the secrets in its message and its causes shown as `***`; what is no `EngineError` stays as it is. */
export function withoutSecretsInError(thrown: unknown, secrets: readonly string[] = []): unknown {
  if (secrets.length === 0 || !isEngineError(thrown)) return thrown
  return maskError(thrown, secrets)
}

function maskError(error: EngineError, secrets: readonly string[]): EngineError {
  const { message, providerCode, cause } = error
  return withFacts(error, {
    message: withoutSecrets(message, secrets),
    ...(providerCode === undefined ? undefined : { providerCode: withoutSecrets(providerCode, secrets) }),
    ...(cause === undefined ? undefined : { cause: withoutSecretsIn(cause, secrets) }),
  })
}

function copyError(thrown: unknown, secrets: readonly string[], causesLeft: number): Error {
  const shown = (text: string): string => withoutSecrets(text, secrets)
  const message = textField(thrown, 'message') ?? (typeof thrown === 'string' ? thrown : '')
  const copy = new Error(shown(message))
  const name = nameOf(thrown)
  const stack = textField(thrown, 'stack')?.replace(/^Error(?=:|$)/m, name)
  for (const [field, text] of Object.entries(defined({ name, stack }))) define(copy, field, shown(text), false)
  for (const [name, value] of plainFields(thrown))
    define(copy, name, typeof value === 'string' ? shown(value) : value, true)
  if (causesLeft === 0) return copy
  const cause = fieldOf(thrown, 'cause')
  if (cause !== undefined && cause !== null) define(copy, 'cause', copyError(cause, secrets, causesLeft - 1), false)
  const parts = fieldOf(thrown, 'errors')
  if (Array.isArray(parts)) {
    const copies = parts.slice(0, maxCauses).map((part: unknown) => copyError(part, secrets, causesLeft - 1))
    define(copy, 'errors', copies, false)
  }
  return copy
}

/** What an error is made of, and is copied by itself. */
const ownFields: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors'])

/** Many errors have no other name than that of their class. */
function nameOf(thrown: unknown): string {
  const name = textField(thrown, 'name') ?? 'Error'
  const ofClass: unknown = fieldOf(thrown, 'constructor')
  return name === 'Error' && typeof ofClass === 'function' && ofClass.name !== 'Object' ? ofClass.name : name
}

function plainFields(thrown: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (typeof thrown !== 'object' || thrown === null) return []
  // An error's `code` is a word for it; only in an address it is a secret.
  const names = Object.keys(thrown).filter((name) => name === 'code' || !(ownFields.has(name) || soundsSecret(name)))
  return names.map((name) => [name, fieldOf(thrown, name)] as const).filter(([, value]) => isPlain(value))
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function define(error: Error, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true })
}

function textField(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : undefined
}

/** A field of whatever was thrown; undefined where reading it throws, as getters and proxies may. */
function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return Reflect.get(value, name)
  } catch {
    // What cannot be read has nothing to tell.
    return undefined
  }
}
