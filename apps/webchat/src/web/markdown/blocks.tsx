import type { Token, Tokens } from 'marked'
import { Fragment, memo, type ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'
import { inlines } from './inlines.tsx'
import { Formula, isMath } from './math.tsx'

/** Blocks as elements. HTML is shown as the text that it is. */
export function blocks(tokens: readonly Token[] | undefined, grows = false): ReactNode {
  // The place is what a piece of a text is known by.
  return tokens?.map((token, index) => <Fragment key={`${index}${token.type}`}>{block(token, grows)}</Fragment>)
}

function block(token: Token, grows: boolean): ReactNode {
  if (isMath(token)) return <Formula text={token.text} display />
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'paragraph':
      return <p>{inlines(token.tokens)}</p>
    case 'heading':
      return <Heading depth={token['depth']}>{inlines(token.tokens)}</Heading>
    case 'code':
      return <CodeBlock code={token['text']} language={languageOf(token['lang'])} grows={grows} />
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>
    case 'hr':
      return <hr />
    case 'list':
      return isList(token) ? <List list={token} /> : null
    case 'table':
      return isTable(token) ? <Table table={token} /> : null
    case 'html':
      return <p className="raw">{token.raw.trim()}</p>
    default:
      return inlines([token])
  }
}

function languageOf(info: unknown): string {
  return typeof info === 'string' ? (/^[\w+#.-]+/.exec(info)?.[0] ?? '').toLowerCase() : ''
}

function isList(token: Token): token is Tokens.List {
  return token.type === 'list'
}

function isTable(token: Token): token is Tokens.Table {
  return token.type === 'table'
}

/** Below the headings of the page. */
function Heading({ depth, children }: { readonly depth: number; readonly children: ReactNode }) {
  switch (depth) {
    case 1:
    case 2:
      return <h3 className={`depth-${depth}`}>{children}</h3>
    case 3:
      return <h4>{children}</h4>
    default:
      return <h5>{children}</h5>
  }
}

function List({ list }: { readonly list: Tokens.List }) {
  const items = list.items.map((item, index) => <Item key={index} item={item} raw={item.raw} />)
  const isTasks = list.items.some(({ task }) => task)
  if (!list.ordered) return <ul className={isTasks ? 'tasks' : undefined}>{items}</ul>
  return <ol start={list.start === '' ? 1 : list.start}>{items}</ol>
}

const Item = memo(
  function Item({ item }: { readonly item: Tokens.ListItem; readonly raw: string }) {
    return <li>{blocks(item.tokens)}</li>
  },
  (before, after) => before.raw === after.raw,
)

function Table({ table }: { readonly table: Tokens.Table }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are no fields of a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="table" role="group" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index} className={cell.align ?? undefined} scope="col">
                {inlines(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <Row key={index} row={row} raw={row.map(({ text }) => text).join('|')} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Row = memo(
  function Row({ row }: { readonly row: readonly Tokens.TableCell[]; readonly raw: string }) {
    return (
      <tr>
        {row.map((cell, index) => (
          <td key={index} className={cell.align ?? undefined}>
            {inlines(cell.tokens)}
          </td>
        ))}
      </tr>
    )
  },
  (before, after) => before.raw === after.raw,
)
