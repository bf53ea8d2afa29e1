import type { Token } from 'marked'
import { styled } from '../ink-style.ts'
import { isKnown } from './known-token.ts'

/** What stands within a paragraph, as one text with colours; line breaks stay where the model wrote them. */
export function inlineText(tokens: readonly Token[]): string {
  return tokens.map(pieceText).join('')
}

function pieceText(token: Token): string {
  if (!isKnown(token)) return token.raw
  switch (token.type) {
    case 'strong':
      return styled('bold', inlineText(token.tokens))
    case 'em':
      return styled('italic', inlineText(token.tokens))
    case 'del':
      return styled('strikethrough', inlineText(token.tokens))
    case 'codespan':
      return styled('cyan', token.text)
    case 'link':
      return linkText(inlineText(token.tokens), token.text, token.href)
    case 'image':
      return linkText(`[image: ${token.text}]`, undefined, token.href)
    case 'br':
      return '\n'
    case 'checkbox':
      return ''
    case 'text':
      return token.tokens === undefined ? decoded(token.text) : inlineText(token.tokens)
    case 'escape':
      return token.text
    default:
      return token.raw
  }
}

/** The address is shown, as a text that hides where it leads is what people are deceived with. */
function linkText(shown: string, text: string | undefined, href: string): string {
  const link = styled('underline', shown)
  return text === href || `mailto:${text}` === href ? link : `${link} ${styled('dim', `(${href})`)}`
}

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole)
}
