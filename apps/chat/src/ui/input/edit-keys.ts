import type { Key } from 'ink'
import { type Draft, insert, left, lineEnd, lineStart, removeTo, right, wordLeft, wordRight } from './draft.ts'

/** What a key does to a draft, as in a shell; undefined where it is no key of editing. */
export function edited(draft: Draft, input: string, key: Key): Draft | undefined {
  if (key.leftArrow) return key.ctrl || key.meta ? wordLeft(draft) : left(draft)
  if (key.rightArrow) return key.ctrl || key.meta ? wordRight(draft) : right(draft)
  if (key.home) return lineStart(draft)
  if (key.end) return lineEnd(draft)
  if (key.backspace) return removeTo(draft, key.meta || key.ctrl ? wordLeft : left)
  if (key.delete) return removeTo(draft, key.meta || key.ctrl ? wordRight : right)
  if (key.ctrl) return controls[input]?.(draft)
  if (key.meta) return metas[input]?.(draft)
  const text = withoutControls(input)
  return text === '' ? undefined : insert(draft, text)
}

/** What was typed or pasted, with lines that end in one way, tabs as spaces, and nothing that is no character. */
export function withoutControls(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replaceAll('\t', '  ')
    .replace(/[^\P{Cc}\n]/gu, '')
}

type Edit = (draft: Draft) => Draft

const controls: { readonly [key: string]: Edit | undefined } = {
  a: lineStart,
  b: left,
  d: (draft) => removeTo(draft, right),
  e: lineEnd,
  f: right,
  h: (draft) => removeTo(draft, left),
  j: (draft) => insert(draft, '\n'),
  k: (draft) => removeTo(draft, lineEnd),
  u: (draft) => removeTo(draft, lineStart),
  w: (draft) => removeTo(draft, wordLeft),
}

const metas: { readonly [key: string]: Edit | undefined } = {
  b: wordLeft,
  d: (draft) => removeTo(draft, wordRight),
  f: wordRight,
}
