import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { durationText } from '../durations.ts'
import type { ToolItem, ToolStatus } from '../item.ts'
import { wrapText } from '../markdown/wrap-text.ts'
import { Spinner } from './spinner.tsx'

/** How much of arguments and results is shown before they are folded, in lines. */
const shownInput = 3
const shownResult = 6

/** A tool call: how it stands, what it was given, what it gave. */
export function ToolCard(props: {
  readonly item: ToolItem
  readonly columns: number
  readonly isWhole: boolean
}): ReactNode {
  const { item, columns, isWhole } = props
  const { name, input, status, progress, result, durationMs } = item
  const look = looks[status]
  const width = columns - 6
  return (
    <Box flexDirection="column" marginTop={1} paddingLeft={2}>
      <Row color={look.color}>
        {look.mark === undefined ? <Spinner color={look.color} /> : <Text color={look.color}>{look.mark}</Text>}
        <Text bold>{` ${name || 'tool'}`}</Text>
        <Text dimColor>
          {look.word === '' ? '' : ` · ${look.word}`}
          {durationMs === undefined || status === 'denied' ? '' : ` · ${durationText(durationMs)}`}
        </Text>
      </Row>
      {folded(input, width, isWhole ? Number.POSITIVE_INFINITY : shownInput).map((line, index) => (
        <Row key={index} color={look.color}>
          <Text dimColor>{`  ${line}`}</Text>
        </Row>
      ))}
      {progress !== undefined && progress !== '' && (
        <Row color={look.color}>
          <Text italic dimColor>{`  ${progress}`}</Text>
        </Row>
      )}
      {result !== undefined &&
        folded(result, width, isWhole ? Number.POSITIVE_INFINITY : shownResult).map((line, index) => (
          <Row key={index} color={look.color}>
            <Text dimColor>{index === 0 ? '→ ' : '  '}</Text>
            <Text>{line}</Text>
          </Row>
        ))}
    </Box>
  )
}

function Row({ color, children }: { readonly color: string; readonly children: ReactNode }): ReactNode {
  return (
    <Text wrap="truncate-end">
      <Text color={color}>{'▎ '}</Text>
      {children}
    </Text>
  )
}

function folded(text: string, columns: number, limit: number): readonly string[] {
  if (text === '') return []
  const lines = wrapText(text, columns)
  if (lines.length <= limit + 1) return lines
  return [...lines.slice(0, limit), `… ${lines.length - limit} more lines · Ctrl-O shows them`]
}

interface Look {
  readonly color: string
  /** Absent: it goes on. */
  readonly mark?: string
  readonly word: string
}

const looks: { readonly [status in ToolStatus]: Look } = {
  written: { color: 'cyan', word: '' },
  waits: { color: 'cyan', word: '' },
  running: { color: 'cyan', word: 'running' },
  ok: { color: 'green', mark: '✓', word: '' },
  error: { color: 'red', mark: '✗', word: 'failed' },
  denied: { color: 'yellow', mark: '⊘', word: 'not allowed' },
  cancelled: { color: 'yellow', mark: '■', word: 'stopped' },
  'timed-out': { color: 'red', mark: '✗', word: 'took too long' },
  unknown: { color: 'yellow', mark: '?', word: 'may have run' },
  'not-run': { color: 'yellow', mark: '⊘', word: 'not run' },
  pending: { color: 'yellow', mark: '…', word: 'waits' },
}
