import type { MarkedToken, Token } from 'marked'

const known: { readonly [type in MarkedToken['type']]: true } = {
  blockquote: true,
  br: true,
  checkbox: true,
  code: true,
  codespan: true,
  def: true,
  del: true,
  em: true,
  escape: true,
  heading: true,
  hr: true,
  html: true,
  image: true,
  link: true,
  list: true,
  list_item: true,
  paragraph: true,
  space: true,
  strong: true,
  table: true,
  text: true,
}

/** Whether the token is one of the lexer's own, and so of a known shape. */
export function isKnown(token: Token): token is MarkedToken {
  return Object.hasOwn(known, token.type)
}
