import type { ToolCallBlock, ToolResultBlock } from './block.ts'
import type { PlacedBlock, RepairLog } from './repair-log.ts'
import { endsStep } from './seal.ts'

/** A call, under the id that it has now. */
interface Call {
  readonly callId: string
  readonly name: string
  readonly step: number
  result: (PlacedBlock & { readonly block: ToolResultBlock }) | undefined
}

/**
 * Gives each call an id of its own, and each result its call: some hosts count their calls anew in every answer, so that an id may mean the call
 * of this step, and not the first of that name. Results that belong to no call are dropped.
 */
export function pairCalls(entries: readonly PlacedBlock[], log: RepairLog): readonly PlacedBlock[] {
  const pairing = new Pairing(entries, log)
  for (const entry of entries) pairing.add(entry)
  return pairing.finish()
}

class Pairing {
  readonly #log: RepairLog
  readonly #taken: Set<string>
  readonly #used = new Set<string>()
  /** By the id that was given. */
  readonly #calls = new Map<string, Call[]>()
  readonly #kept: PlacedBlock[] = []
  readonly #early: { readonly at: number; readonly entry: PlacedBlock; readonly result: ToolResultBlock }[] = []
  readonly #dropped = new Set<PlacedBlock>()
  #step = 0
  #hasResults = false

  constructor(entries: readonly PlacedBlock[], log: RepairLog) {
    this.#log = log
    this.#taken = new Set(entries.flatMap(({ block }) => (block.kind === 'tool-call' ? [block.callId] : [])))
  }

  add(entry: PlacedBlock): void {
    const { block, path } = entry
    if (endsStep(block, this.#hasResults)) {
      this.#step++
      this.#hasResults = false
    }
    if (block.kind === 'tool-call') this.#addCall(block, path)
    else if (block.kind === 'tool-result') this.#addResult({ block, path })
    else this.#kept.push(entry)
  }

  finish(): readonly PlacedBlock[] {
    // What stood before any call of its id can only be meant for one behind it.
    for (const { at, entry, result } of this.#early) {
      const call = this.#calls.get(result.callId)?.find((one) => one.result === undefined)
      if (call !== undefined) this.#kept[at] = this.#answer(call, { block: result, path: entry.path })
      else {
        this.#dropped.add(entry)
        const isSecond = this.#calls.has(result.callId)
        this.#drop(entry, isSecond ? 'duplicate_result' : 'orphan_result', result)
      }
    }
    return this.#kept.filter((entry) => !this.#dropped.has(entry))
  }

  #addCall(block: ToolCallBlock, path: string): void {
    const callId = this.#used.has(block.callId) ? this.#unusedId(block.callId) : block.callId
    this.#used.add(callId)
    const call: Call = { callId, name: block.name, step: this.#step, result: undefined }
    const sameId = this.#calls.get(block.callId)
    if (sameId === undefined) this.#calls.set(block.callId, [call])
    else sameId.push(call)
    if (callId === block.callId) {
      this.#kept.push({ block, path })
      return
    }
    this.#kept.push({ block: { ...block, callId }, path })
    const message = `call id ${block.callId} was used twice: this call is now ${callId}`
    this.#log.add({ code: 'duplicate_call', action: 'changed', path, blockId: block.id, message, before: block })
  }

  #addResult(entry: PlacedBlock & { readonly block: ToolResultBlock }): void {
    const { block } = entry
    const calls = this.#calls.get(block.callId)
    if (calls === undefined) {
      this.#early.push({ at: this.#kept.length, entry, result: block })
      this.#kept.push(entry)
      return
    }
    const open = calls.filter((call) => call.result === undefined)
    const call = open.find((one) => one.step === this.#step) ?? open.at(-1)
    const waiting = call ?? calls.findLast((one) => one.result?.block.outcome === 'pending')
    if (waiting === undefined) return this.#drop(entry, 'duplicate_result', block)
    if (waiting.result !== undefined) {
      this.#dropped.add(waiting.result)
      this.#drop(waiting.result, 'duplicate_result', waiting.result.block)
    }
    this.#kept.push(this.#answer(waiting, entry))
    if (waiting.step === this.#step) this.#hasResults = true
  }

  #answer(call: Call, { block, path }: PlacedBlock & { readonly block: ToolResultBlock }): PlacedBlock {
    const isRenamed = block.callId !== call.callId
    const result = { block: isRenamed ? { ...block, callId: call.callId } : block, path }
    call.result = result
    if (isRenamed) {
      const message = `the result of what is now call ${call.callId}`
      this.#log.add({ code: 'duplicate_call', action: 'changed', path, blockId: block.id, message, before: block })
    }
    return result
  }

  #drop({ path }: PlacedBlock, code: 'orphan_result' | 'duplicate_result', block: ToolResultBlock): void {
    const message =
      code === 'orphan_result'
        ? `a result for call ${block.callId}, which was never made`
        : `a further result for call ${block.callId}`
    this.#log.add({ code, action: 'dropped', path, blockId: block.id, message, before: block })
  }

  #unusedId(callId: string): string {
    let count = 2
    while (this.#taken.has(`${callId}_${count}`)) count++
    const id = `${callId}_${count}`
    this.#taken.add(id)
    return id
  }
}
