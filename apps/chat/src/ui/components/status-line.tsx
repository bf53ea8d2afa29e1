import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { Status } from '../screen-state.ts'
import { statusText } from '../status-text.ts'

/** Who answers, where it is kept, and what it has taken so far. */
export function StatusLine(props: {
  readonly status: Status
  readonly leaves: boolean
  readonly columns: number
}): ReactNode {
  const { status, leaves, columns } = props
  return (
    <Box paddingLeft={2}>
      <Text wrap="truncate-end" dimColor={!leaves} {...(leaves ? { color: 'yellow' } : {})}>
        {leaves ? 'Ctrl-C again leaves' : statusText(status, columns - 2)}
      </Text>
    </Box>
  )
}
