/** Where a printer writes: `process.stdout`, a stream, or anything that takes text. */
export interface PrinterOutput {
  /** Returns false when it wants no more until `drain`, as Node's streams do. */
  write(text: string): unknown
  once?(event: 'drain', listener: () => void): unknown
}

/** What a printer shows beside what was said and done. */
export interface PrinterOptions {
  /** Facts for operators: usage, models, ids, times. Default false. */
  readonly withMetadata?: boolean
  /** Everything, unclipped. Default false. */
  readonly full?: boolean
}

/** Writes; the promise, where there is one, ends when the output wants more. */
export function writeTo(output: PrinterOutput, text: string): void | Promise<void> {
  if (output.write(text) !== false || output.once === undefined) return
  const drained = Promise.withResolvers<void>()
  output.once('drain', drained.resolve)
  return drained.promise
}
