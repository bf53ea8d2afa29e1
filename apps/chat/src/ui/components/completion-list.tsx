import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { ComposerState } from '../input/composer.ts'
import { windowOf } from './window-of.ts'

/** How many are shown at once. */
const shownRows = 7

/** What the line could become, under the input. */
export function CompletionList({ state }: { readonly state: ComposerState }): ReactNode {
  const { completions, selected } = state
  if (completions.length === 0) return null
  const width = Math.max(...completions.map(({ line, values }) => line.length + values.length)) + 3
  const { from, shown } = windowOf(completions, selected, shownRows)
  return (
    <Box flexDirection="column" paddingLeft={2} marginBottom={1}>
      {shown.map(({ line, values, help }, index) => (
        <Text key={line} wrap="truncate-end">
          <Text {...(from + index === selected ? { color: 'magenta', bold: true } : {})}>
            {from + index === selected ? '▸ ' : '  '}
            {line}
          </Text>
          <Text dimColor>{` ${values}`.padEnd(width - line.length) + help}</Text>
        </Text>
      ))}
      {completions.length > shown.length && (
        <Text dimColor>{`  ${selected + 1} of ${completions.length} · ↑↓ moves, Tab takes`}</Text>
      )}
    </Box>
  )
}
