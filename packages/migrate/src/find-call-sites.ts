import { type CallSite, type Guide, guides } from './call-site.ts'
import { findSources, type SourceChoice, type Unread } from './find-sources.ts'
import { findInGo, type GoSource, worthReadingGo } from './go/find-in-go.ts'
import { readSource } from './read-source.ts'
import { worthReadingLoop } from './rules/sdk-rules.ts'
import { findImported } from './typescript/find-imported.ts'
import { findLoop, type LoopFacts } from './typescript/find-loop.ts'
import { judgeLoops } from './typescript/judge-loops.ts'
import { parseSource } from './typescript/parse.ts'

export interface FindOptions extends SourceChoice {
  /** Of which pages of the playbook. Default: all. */
  readonly only?: readonly Guide[]
  /** In Go also the calls of the session API, for whoever brings a program to TypeScript. Default: only of what it replaced. */
  readonly port?: boolean
}

export interface Report {
  /** How many sources were looked at. */
  readonly sources: number
  /** By path and place. */
  readonly sites: readonly CallSite[]
  /** Sources of which nothing can be said. */
  readonly unread: readonly Unread[]
}

const worthParsing = /['"](?:ai|langchain|@ai-sdk|@langchain)(?:\/|['"])/

/** Finds what the playbook replaces in the Go, TypeScript and JavaScript sources below the paths. @throws what the file system says of a path itself */
export async function findCallSites(paths: readonly string[], options: FindOptions = {}): Promise<Report> {
  const found = []
  for (const path of paths) found.push(await findSources(path, options))
  const sources = [...new Set(found.flatMap((each) => each.paths))].sort()
  const unread = found.flatMap((each) => each.unread)
  const sites: CallSite[] = []
  const loops: LoopFacts[] = []
  const goSources: GoSource[] = []
  for (const path of sources) {
    const read = await readSource(path)
    if ('unread' in read) unread.push({ path, reason: read.unread })
    if (!('text' in read)) continue
    if (path.endsWith('.go')) {
      if (worthReadingGo.test(read.text)) goSources.push({ path, text: read.text })
    } else if (worthParsing.test(read.text) || worthReadingLoop.test(read.text)) lookInto(path, read.text)
  }
  sites.push(...judgeLoops(loops), ...findInGo(goSources, options.port ?? false))
  const only = options.only ?? guides
  return { sources: sources.length, sites: sites.filter(({ guide }) => only.includes(guide)).sort(byPlace), unread }

  function lookInto(path: string, text: string): void {
    try {
      const tree = parseSource(path, text)
      sites.push(...findImported(path, tree))
      loops.push(findLoop(path, tree))
    } catch (error) {
      unread.push({ path, reason: `cannot be parsed: ${error instanceof Error ? error.message : String(error)}` })
    }
  }
}

function byPlace(one: CallSite, other: CallSite): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1
  return one.line - other.line || one.column - other.column
}
