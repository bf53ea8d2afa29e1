import { type Block, contentText, type Turn } from '@geppetto/turns'

/** A conversation to be read: Markdown with a heading for each who speaks. */
export function markdownOf(title: string, turn: Turn): string {
  let speaker = ''
  const parts = [`# ${title.replaceAll(/\s+/g, ' ')}`]
  for (const block of turn.blocks) {
    const said = textOf(block)
    if (said === undefined) continue
    const { who, text } = said
    if (who !== speaker) parts.push(`## ${who}`)
    speaker = who
    parts.push(block.complete === false ? `${text} *(cut off)*` : text)
  }
  return `${parts.join('\n\n')}\n`
}

function textOf(block: Block): { readonly who: string; readonly text: string } | undefined {
  switch (block.kind) {
    case 'user':
      return { who: 'User', text: contentText(block.content) }
    case 'assistant':
      return block.text === '' ? undefined : { who: 'Assistant', text: block.text }
    case 'system':
      return { who: 'System', text: block.text }
    case 'reasoning':
      return block.text === '' ? undefined : { who: 'Assistant', text: quoted(block.text) }
    case 'tool-call': {
      const { input } = block
      const given = input.state === 'parsed' ? JSON.stringify(input.value) : input.raw
      return { who: 'Assistant', text: `Calls \`${block.name}\`:\n\n${fenced(given)}` }
    }
    case 'tool-result':
      return {
        who: 'Assistant',
        text: `\`${block.name}\` (${block.outcome}):\n\n${fenced(contentText(block.content))}`,
      }
    case 'provider':
    case 'unknown':
      return undefined
  }
}

function quoted(text: string): string {
  return text.replaceAll(/^/gm, '> ')
}

/** In a fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}
