import type { Token, Tokens } from 'marked'
import stringWidth from 'string-width'
import { styled } from '../ink-style.ts'
import { codeLines } from './code-lines.ts'
import { inlineText } from './inline-text.ts'
import { isKnown } from './known-token.ts'
import { tableLines } from './table-lines.ts'
import { prefixed, wrapText } from './wrap-text.ts'

/** Blocks of Markdown as lines, with an empty line between them. */
export function renderBlocks(tokens: readonly Token[], columns: number): string[] {
  return tokens
    .map((token) => blockLines(token, columns))
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
}

function blockLines(token: Token, columns: number): string[] {
  if (!isKnown(token)) return wrapText(token.raw.trimEnd(), columns)
  switch (token.type) {
    case 'space':
    case 'def':
    case 'checkbox':
      return []
    case 'heading':
      return wrapText(inlineText(token.tokens), columns).map((line) =>
        styled(token.depth < 3 ? ['bold', 'magenta'] : 'bold', line),
      )
    case 'code':
      return codeLines(token.text, token.lang, columns)
    case 'blockquote':
      return renderBlocks(token.tokens, columns - 2).map((line) => styled('dim', '▎ ') + styled('italic', line))
    case 'list':
      return listLines(token, columns)
    case 'table':
      return tableLines(token, columns)
    case 'hr':
      return [styled('dim', '─'.repeat(Math.min(columns, 40)))]
    case 'paragraph':
      return wrapText(inlineText(token.tokens), columns)
    case 'text':
      return wrapText(inlineText(token.tokens ?? [token]), columns)
    default:
      return wrapText(token.raw.trimEnd(), columns)
  }
}

function listLines(list: Tokens.List, columns: number): string[] {
  const first = list.start === '' ? 1 : list.start
  const markWidth = list.ordered ? String(first + list.items.length - 1).length + 2 : 2
  return list.items.flatMap((item, index) => {
    const mark = list.ordered ? `${first + index}.` : '•'
    const box = item.task ? (item.checked ? '☑ ' : '☐ ') : ''
    const head = styled('dim', mark.padEnd(markWidth)) + box
    const indent = ' '.repeat(markWidth + stringWidth(box))
    const lines = itemLines(item, columns - indent.length)
    const isApart = list.loose && index > 0
    return [...(isApart ? [''] : []), ...prefixed(lines.length === 0 ? [''] : lines, head, indent)]
  })
}

/** A list within a list stands right below the words that it belongs to. */
function itemLines(item: Tokens.ListItem, columns: number): string[] {
  if (item.loose) return renderBlocks(item.tokens, columns)
  return item.tokens.flatMap((token) => blockLines(token, columns))
}
