import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { splitCharacters } from '../../display-width.ts'
import type { ComposerState } from '../input/composer.ts'
import { cursorRow, draftRows } from '../input/draft-rows.ts'

/** How many rows of what is typed are shown. */
const shownRows = 8

/** What is being typed. */
export function ComposerView(props: {
  readonly state: ComposerState
  readonly columns: number
  /** What stands where nothing was typed yet. */
  readonly hint: string
}): ReactNode {
  const { state, columns, hint } = props
  const { text, cursor } = state.draft
  const rows = draftRows(text, columns - 2)
  const at = cursorRow(rows, cursor)
  const from = Math.max(0, Math.min(at - shownRows + 2, rows.length - shownRows))
  const shown = rows.slice(from, from + shownRows)
  return (
    <Box flexDirection="column" marginTop={1}>
      {shown.map((row, index) => (
        <Text key={row.start}>
          <Text color="magenta" bold>
            {from + index === 0 ? '❯ ' : '  '}
          </Text>
          {from + index === at ? <CursorRow text={row.text} at={cursor - row.start} /> : row.text}
          {text === '' && <Text dimColor>{hint}</Text>}
        </Text>
      ))}
      {rows.length > shown.length && <Text dimColor>{`  … ${rows.length} lines`}</Text>}
    </Box>
  )
}

function CursorRow({ text, at }: { readonly text: string; readonly at: number }): ReactNode {
  const [under = ' '] = splitCharacters(text.slice(at))
  return (
    <>
      {text.slice(0, at)}
      <Text inverse>{under}</Text>
      {text.slice(at + under.length)}
    </>
  )
}
