import type { Said, SaidPart } from '@geppetto/client/protocol'
import { blobHash, type Prompt, toBase64 } from '@geppetto/session'
import { type ContentPart, defined } from '@geppetto/turns'
import { ProblemError } from './problem-error.ts'

interface Upload {
  readonly mediaType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The files that were uploaded to sessions and not said yet: in memory, and bounded. Who finds one gone uploads it again. */
export class Uploads {
  readonly #maxBytes: number
  readonly #files = new Map<string, Upload>()
  #bytes = 0
  /** Of files on their way. */
  #arriving = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Counts a file that comes. `onBytes` makes room. @throws ProblemError `rate_limited` where there is none */
  arrival(): { readonly onBytes: (count: number) => void; readonly end: () => void } {
    let arrived = 0
    return {
      onBytes: (count) => {
        if (this.#arriving + count > this.#maxBytes)
          throw new ProblemError('rate_limited', { retryAfterMs: 5000, detail: 'Too many files are on their way.' })
        arrived += count
        this.#arriving += count
        this.#makeRoom()
      },
      end: () => {
        this.#arriving -= arrived
      },
    }
  }

  /** Keeps a file for prompts of that session, and gives what it is referred to by. */
  async keep(sessionId: string, upload: Upload): Promise<string> {
    const hash = await blobHash(upload.bytes)
    if (hash === undefined) throw new Error('the platform has no crypto.subtle, and so no hash for a file')
    this.#drop(keyOf(sessionId, hash))
    this.#files.set(keyOf(sessionId, hash), upload)
    this.#bytes += upload.bytes.length
    this.#makeRoom()
    return hash
  }

  /** What a user says with the files that it refers to. They are kept: the prompt may be sent again. @throws ProblemError `no_such_upload`, `invalid_request` */
  promptOf(sessionId: string, said: Said): Prompt {
    return typeof said === 'string' ? said : said.map((part, index) => this.#contentOf(sessionId, part, index))
  }

  /** Forgets what was uploaded to a session. */
  forget(sessionId: string): void {
    for (const key of [...this.#files.keys()]) if (key.startsWith(keyOf(sessionId, ''))) this.#drop(key)
  }

  #contentOf(sessionId: string, part: SaidPart, index: number): ContentPart {
    if (part.type === 'text') return part
    const file = this.#files.get(keyOf(sessionId, part.upload))
    const field = `content[${index}].upload`
    if (file === undefined) throw new ProblemError('no_such_upload', { field, detail: 'Upload the file again.' })
    const { mediaType, bytes } = file
    if (part.type !== 'file' && !mediaType.startsWith(`${part.type}/`))
      throw new ProblemError('invalid_request', { field, detail: `The file is ${mediaType}, and no ${part.type}.` })
    const source = { type: 'base64', data: toBase64(bytes) } as const
    return part.type === 'file'
      ? { type: 'file', source, mediaType, ...defined({ name: part.name }) }
      : { type: part.type, source, mediaType }
  }

  #makeRoom(): void {
    for (const oldest of this.#files.keys()) {
      if (this.#bytes + this.#arriving <= this.#maxBytes) return
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#files.get(key)?.bytes.length ?? 0
    this.#files.delete(key)
  }
}

function keyOf(sessionId: string, hash: string): string {
  return `${sessionId}/${hash}`
}
