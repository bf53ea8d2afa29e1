import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'
import { slugOf } from '../../tools/docs/markdown.ts'

const sidebar = JSON.parse(readFileSync(new URL('../generated/sidebar.json', import.meta.url), 'utf8'))

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3451b2"/><path d="M22 11a8 8 0 1 0 1 6h-7" fill="none" stroke="#fff" stroke-width="3"/></svg>',
)}`

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
  head: [['link', { rel: 'icon', href: icon }]],
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'generated/cache',
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
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            fuzzy: 0.1,
            // Who searches for a word wants it explained first, and its signature after that.
            boostDocument: (page) => (page.includes('/api/') ? 0.4 : page.includes('/guides/') ? 2 : 1),
          },
        },
      },
    },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
