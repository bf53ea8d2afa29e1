import { visibleText } from '@geppetto/turns'
import type { Item, ReasoningItem, ToolItem } from './item.ts'
import { MarkdownStream } from './markdown/markdown-stream.ts'

/** A piece of an answer. */
interface Piece {
  item: Item
  /** Nothing in it changes any more. */
  isDone: boolean
  /** Of a text: what of it is shown already is not in `item`. */
  readonly stream?: MarkdownStream
}

/** What of an answer can still change, in the order in which it began. */
export class LiveAnswer {
  readonly #pieces = new Map<string, Piece>()
  #count = 0

  addText(id: string, text: string): void {
    const make = (): Piece => ({ item: { kind: 'markdown', text: '' }, isDone: false, stream: new MarkdownStream() })
    this.#piece(id, make).stream?.push(visibleText(text))
  }

  addReasoning(id: string, text: string, startedAt: number): void {
    const begun: ReasoningItem = { kind: 'reasoning', text: '', startedAt }
    const piece = this.#piece(id, () => ({ item: begun, isDone: false }))
    if (piece.item.kind === 'reasoning') piece.item = { ...piece.item, text: piece.item.text + visibleText(text) }
  }

  /** A text or a thought is complete. */
  finish(id: string, time: number): void {
    const piece = this.#pieces.get(id)
    if (piece !== undefined) close(piece, time)
  }

  /** A call begins, or goes on. */
  changeTool(id: string, change: (tool: ToolItem) => ToolItem, isDone = false): void {
    const begun: ToolItem = { kind: 'tool', name: '', input: '', status: 'written' }
    const piece = this.#piece(`call ${id}`, () => ({ item: begun, isDone: false }))
    if (piece.item.kind === 'tool') piece.item = change(piece.item)
    piece.isDone = isDone
  }

  /** What the chat says in between, in its place. */
  note(item: Item): void {
    this.#pieces.set(`note ${this.#count++}`, { item, isDone: true })
  }

  /** No more comes. */
  end(time: number): void {
    for (const piece of this.#pieces.values()) close(piece, time)
  }

  /** Takes out what is done, up to the first piece that is not. */
  takeDone(): readonly Item[] {
    const done: Item[] = []
    for (const [id, { item, isDone, stream }] of this.#pieces) {
      const text = isDone ? stream?.end() : stream?.takeFinished()
      if (text !== undefined && text.trim() !== '') done.push({ kind: 'markdown', text })
      if (!isDone) break
      if (stream === undefined) done.push(item)
      this.#pieces.delete(id)
    }
    return done
  }

  /** What is left. */
  get items(): readonly Item[] {
    return [...this.#pieces.values()].flatMap(({ item, stream }) => {
      if (stream === undefined) return [item]
      return stream.rest.trim() === '' ? [] : [{ kind: 'markdown' as const, text: stream.rest }]
    })
  }

  #piece(id: string, make: () => Piece): Piece {
    const known = this.#pieces.get(id)
    if (known !== undefined) return known
    const piece = make()
    this.#pieces.set(id, piece)
    return piece
  }
}

function close(piece: Piece, time: number): void {
  const { item, isDone } = piece
  if (item.kind === 'reasoning' && item.durationMs === undefined)
    piece.item = { ...item, durationMs: Math.max(0, time - item.startedAt) }
  if (item.kind === 'tool' && !isDone) piece.item = { ...item, status: 'cancelled' }
  piece.isDone = true
}
