import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Guide, guides, pageOf } from './call-site.ts'
import { findInGo } from './go/find-in-go.ts'
import { aiSdkRules } from './rules/ai-sdk-rules.ts'
import { legacyMethods, legacyNames, legacyPackages, sessionMethods, sessionPackages } from './rules/go-rules.ts'
import { langchainRules } from './rules/langchain-rules.ts'
import type { ModuleRules } from './rules/module-rules.ts'
import { sdkAdvice } from './rules/sdk-rules.ts'
import { findImported } from './typescript/find-imported.ts'
import { findLoop } from './typescript/find-loop.ts'
import { judgeLoops } from './typescript/judge-loops.ts'
import { parseSource } from './typescript/parse.ts'

function read(page: string): string {
  return readFileSync(join(import.meta.dirname, '../../../docs/migration', page), 'utf8')
}

/** As the readers of Markdown make them: words in small letters, joined by dashes. */
function anchorsOf(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function anchorsIn({ names, patterns, other }: ModuleRules): string[] {
  return [...Object.values(names), ...patterns.map(([, advice]) => advice), other].map(({ anchor }) => anchor)
}

const anchors: Readonly<Record<Guide, readonly string[]>> = {
  go: [legacyNames, legacyMethods]
    .flatMap((table) => Object.values(table).flatMap((names) => Object.values(names)))
    .concat([legacyPackages, sessionMethods, sessionPackages].flatMap((table) => Object.values(table)))
    .map(({ anchor }) => anchor),
  'sdk-loop': Object.values(sdkAdvice).map(({ anchor }) => anchor),
  'ai-sdk': aiSdkRules.flatMap(anchorsIn),
  langchain: langchainRules.flatMap(anchorsIn),
}

describe.each(guides)('the page for %s', (guide) => {
  const page = read(pageOf(guide))

  test('has every section that a rule leads to', () => {
    const there = anchorsOf(page)
    expect([...new Set(anchors[guide])].filter((anchor) => !there.includes(anchor))).toEqual([])
  })

  test('has what a page of the playbook has, in its order', () => {
    const parts = [
      'goal',
      'what-changed',
      'mapping-table',
      'steps',
      'step-0-find-the-call-sites',
      'validation-checklist',
    ]
    expect(anchorsOf(page).filter((anchor) => parts.includes(anchor))).toEqual(parts)
  })

  test('leads to sections that it has', () => {
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor)
    expect(links.filter((anchor) => !anchorsOf(page).includes(anchor ?? ''))).toEqual([])
  })
})

describe('the programs of the playbook', () => {
  const blocks = guides.flatMap((guide) =>
    [...read(pageOf(guide)).matchAll(/^```(ts|js)[^\n]*\n([\s\S]*?)^```/gm)].map(([, language = '', code = '']) => ({
      guide,
      code,
      isOld: language === 'js' || /new OpenAI\(/.test(code),
      sites: sitesIn(`a.${language}`, code),
    })),
  )

  test('are found where they are what is to be replaced', () => {
    expect(blocks.filter(({ isOld }) => isOld).map(({ guide }) => guide)).toEqual(['sdk-loop', 'ai-sdk', 'langchain'])
    for (const { guide, isOld, sites } of blocks) {
      if (isOld) expect(new Set(sites.map((site) => site.guide))).toEqual(new Set([guide]))
    }
  })

  test('are not where they are what replaces it', () => {
    expect(blocks.length).toBeGreaterThan(30)
    expect(blocks.filter(({ isOld }) => !isOld).flatMap(({ sites }) => sites)).toEqual([])
  })
})

test('the page for Go names every method and name that is looked for', () => {
  const names = [legacyNames['inference/engine'], legacyNames['inference/state'], ...Object.values(legacyMethods)]
  const page = read(pageOf('go'))
  for (const name of names.flatMap((table) => Object.keys(table ?? {}))) expect(page).toContain(name)
  expect(findInGo([{ path: 'a.go', text: page }], false)).toEqual([])
})

function sitesIn(path: string, code: string) {
  const tree = parseSource(path, code)
  return [...findImported(path, tree), ...judgeLoops([findLoop(path, tree)])]
}
