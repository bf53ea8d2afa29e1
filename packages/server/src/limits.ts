import { defined } from '@geppetto/turns'

/** What the server bears. */
export interface Limits {
  /** Of the body of a request that is no upload. Default 256 KiB. */
  readonly bodyBytes: number
  /** Of one file. Default 10 MiB. */
  readonly uploadBytes: number
  /** Of all files that were uploaded and not said yet, and of those on their way. Default 100 MiB: those that have waited longest are thrown away. */
  readonly keptUploadBytes: number
  /** What may be uploaded. Default: PNG, JPEG, GIF, WebP, PDF, plain text, WAV and MP3. */
  readonly uploadTypes: readonly string[]
  /** Of one caller: an owner, or an address. Default 300. */
  readonly requestsPerMinute: number
  /** Of all callers. Default 1000. */
  readonly streams: number
  /** Of one caller. Default 30. */
  readonly streamsPerCaller: number
  /** Prompts that wait in one session. Default 20. */
  readonly queuedPrompts: number
  /** Sessions in which a search looks at what was said, those that were written to last; of older ones the titles alone. Default 1000. */
  readonly searchedSessions: number
  /** Sessions that are kept open while nothing happens in them. Default 100. */
  readonly idleSessions: number
  /** How long a stream is silent before it says that it is alive, in milliseconds. Default 15 s. */
  readonly keepAliveMs: number
  /** How often it is asked whether whoever holds a stream still may, in milliseconds. Default 60 s. */
  readonly recheckMs: number
  /** How long a body may take, in milliseconds; one millisecond more for each 20 bytes that have come. Default 30 s. */
  readonly bodyMs: number
}

const defaultLimits: Limits = {
  bodyBytes: 256 * 1024,
  uploadBytes: 10 * 1024 * 1024,
  keptUploadBytes: 100 * 1024 * 1024,
  uploadTypes: [
    'image/png',
    'image/jpeg',
    'image/gif',
    'image/webp',
    'application/pdf',
    'text/plain',
    'audio/wav',
    'audio/mpeg',
  ],
  requestsPerMinute: 300,
  streams: 1000,
  streamsPerCaller: 30,
  queuedPrompts: 20,
  searchedSessions: 1000,
  idleSessions: 100,
  keepAliveMs: 15_000,
  recheckMs: 60_000,
  bodyMs: 30_000,
}

/** Of these none at all is no limit, but a server that does nothing. */
const positive: ReadonlySet<string> = new Set(['requestsPerMinute', 'keepAliveMs', 'recheckMs', 'bodyMs'])

/** The limits with those that are not given. @throws TypeError naming one that could never be reached: as NaN, from a variable that is not set */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultLimits, name)) throw new TypeError(`limits.${name} is no limit`)
    if (name === 'uploadTypes') {
      if (value !== undefined && !Array.isArray(value))
        throw new TypeError('limits.uploadTypes must be a list of types')
    } else if (value !== undefined && !(typeof value === 'number' && value >= (positive.has(name) ? 1 : 0)))
      throw new TypeError(`limits.${name} must be a number from ${positive.has(name) ? 1 : 0}, not ${String(value)}`)
  }
  return { ...defaultLimits, ...defined(given) }
}
