// What the tools read of a Markdown document beside its blocks of code: headings with their anchors, and links.

export interface Heading {
  readonly text: string
  /** 1 for the title of the page. */
  readonly level: number
  readonly anchor: string
}

export interface Link {
  /** As it is written: `../concepts.md#engine`, `#engine`, `https://…`. */
  readonly target: string
  /** Where the target begins in the document. */
  readonly start: number
}

/** The anchor of a heading, as GitHub makes it; the site is told to make the same. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')
}

export function headingsOf(markdown: string): Heading[] {
  const seen = new Map<string, number>()
  return [...blankFences(markdown).matchAll(/^(#{1,6}) +(.+?) *$/gm)].map(([, marks = '', title = '']) => {
    const text = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')
    const slug = slugOf(text)
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return { text, level: marks.length, anchor: count === 0 ? slug : `${slug}-${count}` }
  })
}

/** Links and pictures, outside of code. */
export function linksOf(markdown: string): Link[] {
  const prose = blankFences(markdown).replace(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, blank)
  return [...prose.matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)].map((match) => ({
    target: match[1] ?? '',
    start: match.index + ']('.length,
  }))
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** The text with its blocks of code blank, and every place where it was. */
export function blankFences(markdown: string): string {
  return markdown.replace(/^ *(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\1 *$/gm, blank)
}

export function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
