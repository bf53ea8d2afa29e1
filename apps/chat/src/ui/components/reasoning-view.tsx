import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { durationText } from '../durations.ts'
import type { ReasoningItem } from '../item.ts'
import { wrapText } from '../markdown/wrap-text.ts'

/** How many lines are shown of what is being thought. */
const shownLines = 3

/** What a model thought: folded to a line when it has ended, its last lines while it goes on. */
export function ReasoningView(props: {
  readonly item: ReasoningItem
  readonly columns: number
  readonly isWhole: boolean
}): ReactNode {
  const { item, columns, isWhole } = props
  const { text, durationMs } = item
  const isOver = durationMs !== undefined
  const lines = wrapText(text.trim(), columns - 4)
  const shown = isWhole ? lines : isOver ? [] : lines.slice(-shownLines)
  const title = isOver ? `Thought for ${durationText(durationMs)}` : 'Thinking'
  const isFolded = isOver && !isWhole && text.trim() !== ''
  return (
    <Box flexDirection="column" marginTop={1} paddingLeft={2}>
      <Text dimColor>
        {isOver && !isWhole ? '▸ ' : '▾ '}
        {title}
        {isFolded && foldedText(text, columns - title.length - 7)}
      </Text>
      {shown.length > 0 && (
        <Box paddingLeft={2}>
          <Text dimColor italic>
            {shown.join('\n')}
          </Text>
        </Box>
      )}
    </Box>
  )
}

const unfolds = ' · Ctrl-O shows it'

/** The least room in which the first words say anything. */
const leastRoom = 12

function foldedText(text: string, room: number): string {
  const forWords = room - unfolds.length - 3
  return forWords < leastRoom ? unfolds : ` · ${firstWords(text, forWords)}${unfolds}`
}

function firstWords(text: string, room: number): string {
  const line = text
    .trim()
    .replaceAll(/[*_#`\s]+/g, ' ')
    .trim()
  return line.length <= room ? line : `${line.slice(0, Math.max(0, room - 1))}…`
}
