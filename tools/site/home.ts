// The home page: the first words and the first program of the README, and where to go from there.
import { findBlocks } from '../docs/blocks.ts'

export function homePage(readme: string): string {
  const lead = /^# .*\n\n([\s\S]*?)\n\n/.exec(readme)?.[1]?.replaceAll('\n', ' ')
  const [program] = findBlocks('README.md', readme)
  if (lead === undefined || program === undefined)
    throw new Error('README.md: a first paragraph and a program are missing')
  return `---
layout: home
title: Geppetto
titleTemplate: packages for programs that talk to language models
hero:
  name: Geppetto
  tagline: ${JSON.stringify(lead)}
  actions:
    - { theme: brand, text: First chat, link: /guides/first-chat }
    - { theme: alt, text: All guides, link: /guides/ }
    - { theme: alt, text: API, link: /api/ }
---

<div class="home">

\`\`\`ts
${program.code}
\`\`\`

\`\`\`text
${program.expected ?? ''}
\`\`\`

</div>
`
}
