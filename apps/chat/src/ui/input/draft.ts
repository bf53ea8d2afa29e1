import { splitCharacters } from '../../display-width.ts'

/** What is being typed, and where the next character goes. */
export interface Draft {
  readonly text: string
  readonly cursor: number
}

export const emptyDraft: Draft = { text: '', cursor: 0 }

/** A draft with the cursor behind it. */
export function draftOf(text: string): Draft {
  return { text, cursor: text.length }
}

export function insert({ text, cursor }: Draft, added: string): Draft {
  return { text: text.slice(0, cursor) + added + text.slice(cursor), cursor: cursor + added.length }
}

/** One character to the left, as a reader counts them. */
export function left(draft: Draft): Draft {
  const before = splitCharacters(draft.text.slice(0, draft.cursor)).at(-1) ?? ''
  return { ...draft, cursor: draft.cursor - before.length }
}

export function right(draft: Draft): Draft {
  const [after = ''] = splitCharacters(draft.text.slice(draft.cursor))
  return { ...draft, cursor: draft.cursor + after.length }
}

export function wordLeft(draft: Draft): Draft {
  const before = draft.text.slice(0, draft.cursor)
  return { ...draft, cursor: before.replace(/[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u, '').length }
}

export function wordRight(draft: Draft): Draft {
  const skipped = /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(draft.text.slice(draft.cursor))?.[0] ?? ''
  return { ...draft, cursor: draft.cursor + skipped.length }
}

export function lineStart(draft: Draft): Draft {
  return { ...draft, cursor: draft.text.lastIndexOf('\n', draft.cursor - 1) + 1 }
}

export function lineEnd(draft: Draft): Draft {
  const end = draft.text.indexOf('\n', draft.cursor)
  return { ...draft, cursor: end < 0 ? draft.text.length : end }
}

/** Without what stands between the cursor and where `move` leads. */
export function removeTo(draft: Draft, move: (draft: Draft) => Draft): Draft {
  const { cursor } = move(draft)
  const [from, to] = [Math.min(cursor, draft.cursor), Math.max(cursor, draft.cursor)]
  return { text: draft.text.slice(0, from) + draft.text.slice(to), cursor: from }
}
