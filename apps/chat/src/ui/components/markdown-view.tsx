import { Box, Text } from 'ink'
import { type ReactNode, useMemo } from 'react'
import { renderMarkdown } from '../markdown/render-markdown.ts'

/** What is drawn of a Markdown text. */
interface MarkdownProps {
  readonly text: string
  readonly columns: number
  /** The last rows alone, while it is being written: what is higher than the screen cannot be drawn again. */
  readonly rows?: number
}

/** An answer, or a part of one. */
export function MarkdownView({ text, columns, rows }: MarkdownProps): ReactNode {
  const lines = useMemo(() => renderMarkdown(text, columns - 2), [text, columns])
  const isCut = rows !== undefined && lines.length > rows
  const shown = isCut ? lines.slice(lines.length - rows + 1) : lines
  return (
    <Box flexDirection="column" marginTop={1} paddingLeft={2}>
      {isCut && <Text dimColor>{`… ${lines.length - shown.length} lines above`}</Text>}
      <Text wrap="truncate-end">{shown.join('\n')}</Text>
    </Box>
  )
}
