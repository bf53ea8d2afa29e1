/** What the server bears. */
export interface Limits {
  /** Of the body of a request that is no upload. Default 256 KiB. */
  readonly bodyBytes: number
  /** Of one file. Default 10 MiB. */
  readonly uploadBytes: number
  /** Of all files that were uploaded and not said yet. Default 100 MiB: those that have waited longest are thrown away. */
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
}

export const defaultLimits: Limits = {
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
}
