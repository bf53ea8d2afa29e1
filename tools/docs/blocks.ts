// Finds the ```ts blocks of a Markdown document, each with the output that the document promises for it.

export interface Block {
  /** Relative to the root, for example `packages/turns/README.md`. */
  readonly document: string
  /** Counts the ts blocks of the document, from 1. */
  readonly number: number
  /** The line in the document of the first line of code, from 1. */
  readonly line: number
  readonly code: string
  /** false for ```ts no-run: type-checked only. */
  readonly runs: boolean
  /** What a ```text block directly below says the program prints. */
  readonly expected: string | undefined
}

interface Fence {
  readonly info: string
  readonly line: number
  readonly content: string
  /** True if only blank lines stand between this fence and the one before. */
  readonly followsDirectly: boolean
}

export function findBlocks(document: string, markdown: string): Block[] {
  const fences = findFences(document, markdown)
  let number = 0
  return fences.flatMap(({ info, line, content }, index) => {
    if (!/^(ts|typescript)\b/.test(info)) return []
    if (info !== 'ts' && info !== 'ts no-run')
      throw new Error(`${document}:${line - 1}: write ts or ts no-run, not ${info}`)
    number += 1
    const next = fences[index + 1]
    const expected = next?.info === 'text' && next.followsDirectly ? next.content : undefined
    return [{ document, number, line, code: content, runs: info === 'ts', expected }]
  })
}

function findFences(document: string, markdown: string): Fence[] {
  const lines = markdown.split(/\r?\n/)
  const fences: Fence[] = []
  let followsDirectly = false
  for (let index = 0; index < lines.length; index++) {
    const opening = /^( *)(`{3,}|~{3,})(.*)$/.exec(lines[index] ?? '')
    if (!opening) {
      if (lines[index]?.trim()) followsDirectly = false
      continue
    }
    const [, indent = '', marks = '', info = ''] = opening
    const end = lines.findIndex((line, at) => at > index && line.trimStart().startsWith(marks) && line.trim() === marks)
    if (end === -1) throw new Error(`${document}:${index + 1}: this block is never closed`)
    const content = lines.slice(index + 1, end).map((line) => line.slice(Math.min(indent.length, line.search(/\S|$/))))
    fences.push({ info: info.trim(), line: index + 2, content: content.join('\n'), followsDirectly })
    followsDirectly = true
    index = end
  }
  return fences
}
