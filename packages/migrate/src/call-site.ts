/** Which page of the playbook: a Go program, a loop over a vendor's SDK, the Vercel AI SDK, LangChain. */
export type Guide = 'go' | 'sdk-loop' | 'ai-sdk' | 'langchain'

/** A place in a source that the playbook replaces. */
export interface CallSite {
  /** As the path was given, with what is below it. */
  readonly path: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  readonly guide: Guide
  /** What stands there, such as `streamText of 'ai'`. */
  readonly found: string
  /** What to use instead. */
  readonly use: string
  /** The page and its section, such as `from-ai-sdk.md#streamtext`. */
  readonly section: string
}

/** What to use instead, and the section of the guide's page that says how. */
export interface Advice {
  readonly use: string
  readonly anchor: string
}

const pages: Readonly<Record<Guide, string>> = {
  go: 'from-go.md',
  'sdk-loop': 'from-sdk-loop.md',
  'ai-sdk': 'from-ai-sdk.md',
  langchain: 'from-langchain.md',
}

export const guides: readonly Guide[] = ['go', 'sdk-loop', 'ai-sdk', 'langchain']

export function isGuide(text: string): text is Guide {
  return guides.some((guide) => guide === text)
}

/** The page of the playbook that is for the guide. */
export function pageOf(guide: Guide): string {
  return pages[guide]
}

export function sectionOf(guide: Guide, { anchor }: Advice): string {
  return `${pages[guide]}#${anchor}`
}
