import type { Token, Tokens } from 'marked'
import { Fragment, type ReactNode } from 'react'
import { decodeEntities } from './entities.ts'
import { Formula, isMath } from './math.tsx'
import { safeLink, safePicture } from './safe-address.ts'

/** What stands within a line, as elements. HTML is shown as the text that it is. */
export function inlines(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, index) => {
    // The place is what a piece of a text is known by.
    const key = `${index}${token.type}`
    return <Fragment key={key}>{inline(token)}</Fragment>
  })
}

function inline(token: Token): ReactNode {
  if (isMath(token)) return <Formula text={token.text} display={token.display} />
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens)}</strong>
    case 'em':
      return <em>{inlines(token.tokens)}</em>
    case 'del':
      return <del>{inlines(token.tokens)}</del>
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'link':
      return <Link href={token.href}>{inlines(token.tokens)}</Link>
    case 'image':
      return <Picture href={token.href} text={token.text} />
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw.trim()) ? <br /> : token.raw
    case 'checkbox':
      return <input type="checkbox" checked={token.checked === true} disabled readOnly aria-label="Done" />
    case 'escape':
      return token.text
    case 'text':
      return token.tokens === undefined ? decodeEntities(token.text) : inlines(token.tokens)
    default:
      return token.raw
  }
}

function Link({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const address = safeLink(href)
  if (address === undefined) return <span>{children}</span>
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
      {children}
    </a>
  )
}

/** A picture from elsewhere is not loaded: it would tell its host that, and what, somebody reads. */
function Picture({ href, text }: Pick<Tokens.Image, 'href' | 'text'>) {
  const source = safePicture(href)
  if (source !== undefined) return <img src={source} alt={text} />
  return <Link href={href}>{text === '' ? 'a picture' : `picture: ${text}`}</Link>
}
