import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { wrapText } from '../markdown/wrap-text.ts'
import type { Question } from '../screen-state.ts'

/** A question that waits for a yes or a no, in place of the input. */
export function QuestionView({
  question,
  columns,
}: {
  readonly question: Question
  readonly columns: number
}): ReactNode {
  return (
    <Box flexDirection="column" marginTop={1} marginBottom={1}>
      {wrapText(question.text, columns - 2).map((line, index) => (
        <Text key={index} bold>
          <Text color="yellow">{index === 0 ? '? ' : '  '}</Text>
          {line}
        </Text>
      ))}
      <Text>
        {'  '}
        <Option label="No" isOn={!question.isYes} />
        {'   '}
        <Option label="Yes" isOn={question.isYes} />
        <Text dimColor>{'   y or n, then Enter · Esc says no'}</Text>
      </Text>
    </Box>
  )
}

function Option({ label, isOn }: { readonly label: string; readonly isOn: boolean }): ReactNode {
  return isOn ? <Text color="yellow" bold>{`▸ ${label}`}</Text> : <Text dimColor>{`  ${label}`}</Text>
}
