// The home page: the first words and the first program of the README, and where to go from there.
import { findBlocks } from '../docs/blocks.ts'

export function homePage(readme: string): string {
  const lead = /^# .*\n\n([\s\S]*?)\n\n/.exec(readme)?.[1]?.replaceAll('\n', ' ')
  const [program] = findBlocks('README.md', readme)
  if (lead === undefined || program?.expected === undefined)
    throw new Error('README.md: a first paragraph, or a first program with its output, is missing')
  const sentences = lead.split(/(?<=\.) /)
  return `---
layout: page
sidebar: false
title: Geppetto
titleTemplate: packages for programs that talk to language models
---

<div class="home vp-doc">
<div class="home-lead">

# Geppetto

${sentences.join('\n\n')}

<p class="home-links">
<a class="home-first" href="/guides/first-chat">First chat</a>
<a href="/guides/">Guides</a>
<a href="/concepts">Concepts</a>
<a href="/migration/">Migration</a>
<a href="/api/">API</a>
</p>
</div>
<div class="home-program">

\`\`\`ts
${program.code}
\`\`\`

It prints:

\`\`\`text
${program.expected}
\`\`\`

</div>
</div>
`
}
