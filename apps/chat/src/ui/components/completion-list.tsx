import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { ComposerState } from '../input/composer.ts'
import { windowOf } from './window-of.ts'

/** How many are shown at once. */
const shownRows = 7

/** What is left for the words on what a command does, at the least. */
const leastHelp = 30

/** What the line could become, under the input. Where there is no room for both, what a command does is shown, and not what may stand behind it. */
export function CompletionList(props: { readonly state: ComposerState; readonly columns: number }): ReactNode {
  const { state, columns } = props
  const { completions, selected } = state
  if (completions.length === 0) return null
  const all = Math.max(...completions.map(({ line, values }) => line.length + values.length)) + 3
  const hasRoom = columns - all >= leastHelp
  const width = hasRoom ? all : Math.max(...completions.map(({ line }) => line.length)) + 2
  const { from, shown } = windowOf(completions, selected, shownRows)
  return (
    <Box flexDirection="column" paddingLeft={2} marginBottom={1}>
      {shown.map(({ line, values, help }, index) => (
        <Text key={line} wrap="truncate-end">
          <Text {...(from + index === selected ? { color: 'magenta', bold: true } : {})}>
            {from + index === selected ? '▸ ' : '  '}
            {line}
          </Text>
          <Text dimColor>{(hasRoom ? ` ${values}` : '').padEnd(width - line.length) + help}</Text>
        </Text>
      ))}
      {completions.length > shown.length && (
        <Text dimColor>{`  ${selected + 1} of ${completions.length} · ↑↓ moves, Tab takes`}</Text>
      )}
    </Box>
  )
}
