import { Box, Text, useAnimation } from 'ink'
import type { ReactNode } from 'react'
import { elapsedText } from '../durations.ts'
import { Spinner } from './spinner.tsx'

/** What the chat does, for how long it has, and how it is stopped. */
export function ActivityLine({ activity, since }: { readonly activity: string; readonly since: number }): ReactNode {
  useAnimation({ interval: 500 })
  return (
    <Box marginTop={1}>
      <Text wrap="truncate-end">
        <Spinner color="magenta" />
        <Text color="magenta">{` ${activity}`}</Text>
        <Text dimColor>{` · ${elapsedText(Date.now() - since)} · Esc stops`}</Text>
      </Text>
    </Box>
  )
}
