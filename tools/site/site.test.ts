import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { readText } from '../workspace.ts'
import { deadLinksOfSite } from './built-links.ts'
import { homePage } from './home.ts'
import { referencePages } from './make-reference.ts'
import { documentOf, findPages } from './pages.ts'
import { linkNames } from './reference-links.ts'
import { sidebarOf } from './sidebar.ts'
import { sourceRoute } from './sources.ts'
import { relink } from './stage.ts'

test('each document has a page of its own', () => {
  const routes = findPages().map(({ route }) => route)
  expect(new Set(routes).size).toBe(routes.length)
  expect(routes).toEqual(expect.arrayContaining(['overview', 'concepts', 'migration/index', 'packages/session']))
})

test('each page stands in the sidebar once, each entry of a package too, and none leads elsewhere', () => {
  const pages = findPages()
  const reference = referencePages()
  const links = sidebarOf(pages, reference).flatMap(({ items = [] }) => items.map(({ link }) => link))
  const routes = [
    'api/',
    ...pages.map(({ route }) => route.replace(/index$/, '')),
    ...reference.map(({ route }) => route),
  ]
  expect(links.toSorted()).toEqual(routes.map((route) => `/${route}`).toSorted())
})

test('the home page has the first words and the first program of the README', () => {
  const page = homePage(readText('README.md'))
  expect(page).toContain('Small packages for programs that talk to language models')
  expect(page).toContain('new Session({')
})

test('a folder is shown by its README, a file as it is', () => {
  expect(documentOf('packages/tools')).toBe('packages/tools/README.md')
  expect(documentOf('packages/tools/src')).toBe('packages/tools/src')
  expect(sourceRoute('.geppetto/profiles/a.yaml')).toBe('source/dot-geppetto/profiles/a.yaml')
})

test('replaces links and leaves the code around them', () => {
  const page = '[a](x.md) and `[b](x.md)`\n\n```md\n[c](x.md)\n```\n\n![d](y.png)'
  expect(relink(page, (link) => `/${link}`)).toBe('[a](/x.md) and `[b](x.md)`\n\n```md\n[c](x.md)\n```\n\n![d](/y.png)')
})

test('makes the first mention of an exported name a link, but not in code, headings and links', () => {
  const links = new Map([['defineTool', '/api/tools#definetool']])
  const page =
    '# `defineTool`\n\n```ts\n`defineTool`\n```\n\n[`defineTool`](a), `defineTool(options)`, `defineTool`, `other`'
  expect(linkNames(page, links)).toBe(page.replace('`defineTool(options)`', '[$&](/api/tools#definetool)'))
})

describe('the built site', () => {
  let folder = ''
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function build(files: Readonly<Record<string, string>>): string {
    folder = mkdtempSync(join(tmpdir(), 'site-'))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return folder
  }

  test('has no dead link where pages and sections are there', () => {
    const site = build({
      'index.html':
        '<h1 id="top">A</h1> <a href="/guides/">1</a> <a href="/guides/one#part-two">2</a> <a href="#top">3</a>',
      'guides/index.html': '<a href="./one">1</a> <img src="/a.png"> <a href="https://example.com/nowhere#x">2</a>',
      'guides/one.html': '<h2 id="part-two">B</h2> <a href="../">1</a>',
      'a.png': '',
    })
    expect(deadLinksOfSite(site)).toEqual([])
  })

  test('tells of pages, sections and pictures that are not there', () => {
    const site = build({
      'index.html': '<h1 id="top">A</h1> <a href="/gone">1</a> <a href="#low">2</a> <img src="/b.png">',
      'one.html': '<a href="/#top">1</a> <a href="/#low">2</a>',
    })
    expect(deadLinksOfSite(site)).toEqual([
      'index.html /gone',
      'index.html #low',
      'index.html /b.png',
      'one.html /#low',
    ])
  })

  test('is looked at below the path where it will stand', () => {
    const site = build({ 'index.html': '<a href="/docs/one">1</a> <a href="/docs/two">2</a>', 'one.html': '' })
    expect(deadLinksOfSite(site, '/docs/')).toEqual(['index.html /docs/two'])
  })
})
