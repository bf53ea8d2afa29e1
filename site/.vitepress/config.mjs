import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'
import { slugOf } from '../../tools/docs/markdown.ts'

const sidebar = JSON.parse(readFileSync(new URL('../work/sidebar.json', import.meta.url), 'utf8'))

const highlighted = new Map()

/** The search renders each page a second time, and colouring its code is most of the work. */
function rememberHighlighted(markdown) {
  const { highlight } = markdown.options
  markdown.options.highlight = (...block) => {
    const key = JSON.stringify(block)
    if (!highlighted.has(key)) highlighted.set(key, highlight(...block))
    return highlighted.get(key)
  }
}

export default defineConfig({
  title: 'Geppetto',
  description: 'Small TypeScript packages for programs that talk to language models',
  lang: 'en',
  base: process.env.GEPPETTO_DOCS_BASE ?? '/',
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'work/cache',
  cleanUrls: true,
  markdown: { anchor: { slugify: slugOf }, toc: { slugify: slugOf }, config: rememberHighlighted },
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/guides/' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'Migration', link: '/migration/' },
      { text: 'API', link: '/api/' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
