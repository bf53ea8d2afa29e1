import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { Status } from '../screen-state.ts'

/** Who answers, where it is kept, and what it has taken so far. */
export function StatusLine({ status, leaves }: { readonly status: Status; readonly leaves: boolean }): ReactNode {
  const { engine, session, tokens, cost, context } = status
  const parts = [engine, session, tokens, cost, context].filter((part) => part !== undefined)
  return (
    <Box paddingLeft={2}>
      <Text wrap="truncate-end" dimColor={!leaves} {...(leaves ? { color: 'yellow' } : {})}>
        {leaves ? 'Ctrl-C again leaves' : parts.join(' · ')}
      </Text>
    </Box>
  )
}
