import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'

/** Stands between the line editor and the screen: while it is closed the editor takes keys and draws nothing. */
export class GatedOutput extends Writable {
  isOpen = false
  readonly #screen: WriteStream

  constructor(screen: WriteStream) {
    super({ decodeStrings: false })
    this.#screen = screen
    screen.on('resize', this.#passResize)
  }

  /** What the editor wraps lines by. */
  get columns(): number {
    return this.#screen.columns
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, callback: () => void): void {
    if (this.isOpen) this.#screen.write(chunk)
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#screen.off('resize', this.#passResize)
    callback(error)
  }

  readonly #passResize = (): void => {
    this.emit('resize')
  }
}
