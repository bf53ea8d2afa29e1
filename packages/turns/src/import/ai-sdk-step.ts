import type { Block } from '../block.ts'
import type { BlockFields } from '../build-block.ts'
import type { Citation } from '../content.ts'
import { defined } from '../errors.ts'
import { loseMetadata } from './ai-sdk-metadata.ts'
import { makersForm, type SDKPiece } from './ai-sdk-native.ts'
import type { SDKOutput } from './ai-sdk-output.ts'
import { choiceIn, fieldsOf, filledIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'

/** Makes the block of a part. */
type MakeBlock = (fields: BlockFields & { readonly citations?: readonly Citation[] }) => Block

/** Something that the model said, until its step is whole. */
interface Draft {
  readonly path: string
  readonly piece: SDKPiece
  readonly make: MakeBlock
  readonly extra: BlockFields
}

/** What the model says in one step, with the results of what it calls: the SDK keeps a call and its result in one part. */
export class SDKStep {
  readonly #builder: ImportBuilder
  #drafts: Draft[] = []
  #results: (SDKOutput & { readonly path: string; readonly callId: string; readonly extra: BlockFields })[] = []
  #sources: { readonly path: string; readonly citation: Citation }[] = []

  constructor(builder: ImportBuilder) {
    this.#builder = builder
  }

  get hasResults(): boolean {
    return this.#results.length > 0
  }

  say(path: string, piece: SDKPiece, make: MakeBlock, extra: BlockFields = {}): void {
    this.#drafts.push({ path, piece, make, extra })
  }

  /** A place that the step's text refers to. */
  cite(path: string, citation: Citation): void {
    this.#sources.push({ path, citation })
  }

  answer(path: string, callId: string, output: SDKOutput, extra: BlockFields = {}): void {
    this.#results.push({ path, callId, extra, ...output })
  }

  /** The step is whole. */
  end(): void {
    const builder = this.#builder
    const drafts = this.#drafts
    const message = builder.hasProvenance ? makersForm(drafts.map(({ piece }) => piece)) : undefined
    const group = builder.nextId()
    const cited = drafts.findLastIndex(({ piece }) => piece.kind === 'text')
    const citations = this.#sources.map(({ citation }) => citation)
    if (cited < 0) for (const { path } of this.#sources) builder.lose(path, 'there is no text that refers to it')
    for (const [index, { path, piece, make, extra }] of drafts.entries()) {
      const native = message && builder.native(message.api, group, message.payloads[index])
      loseMetadata(builder, path, piece.metadata, native !== undefined)
      // What is left of reasoning whose secret is lost may be nothing.
      if (piece.kind === 'reasoning' && piece.text === '' && native === undefined) continue
      const isCited = index === cited && citations.length > 0
      builder.add(path, (fields) => make(isCited ? { ...fields, citations } : fields), {
        ...extra,
        ...defined({ native }),
      })
    }
    for (const { path, callId, outcome, content, extra } of this.#results) {
      const part = fieldsOf(builder.at(path))
      const known = builder.nameOf(callId)
      const name = known === undefined ? filledIn(part, 'toolName') : choiceIn(part, 'toolName', [known])
      builder.addResult(path, { callId, name, outcome, content }, extra)
    }
    this.#drafts = []
    this.#results = []
    this.#sources = []
  }
}
