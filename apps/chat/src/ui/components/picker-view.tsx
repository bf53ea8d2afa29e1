import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { displayWidth } from '../../display-width.ts'
import { found, type Picking } from '../input/picker.ts'
import { windowOf } from './window-of.ts'

/** How many are shown at once. */
const shownRows = 9

/** Something to choose, in place of the input. */
export function PickerView({ picking }: { readonly picking: Picking }): ReactNode {
  const choices = found(picking)
  const { from, shown } = windowOf(choices, picking.selected, shownRows)
  const width = Math.max(0, ...choices.map(({ label }) => displayWidth(label))) + 2
  const place = choices.length > shown.length ? `${picking.selected + 1} of ${choices.length} · ` : ''
  return (
    <Box flexDirection="column" marginTop={1} marginBottom={1}>
      {shown.map(({ label, detail, isCurrent, line }, index) => (
        <Text key={line} wrap="truncate-end">
          <Text {...(from + index === picking.selected ? { color: 'magenta', bold: true } : {})}>
            {from + index === picking.selected ? '▸ ' : '  '}
            {label + ' '.repeat(width - displayWidth(label))}
          </Text>
          <Text dimColor>{detail}</Text>
          {isCurrent && <Text color="green">{' ● now'}</Text>}
        </Text>
      ))}
      {choices.length === 0 && <Text dimColor>{'  Nothing like that.'}</Text>}
      <Text dimColor wrap="truncate-end">
        {`  ${place}${picking.filter === '' ? 'type to search' : `search: ${picking.filter}`} · Enter takes · Esc leaves it`}
      </Text>
    </Box>
  )
}
