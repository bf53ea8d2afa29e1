import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { Item } from '../item.ts'
import { wrapText } from '../markdown/wrap-text.ts'
import { MarkdownView } from './markdown-view.tsx'
import { ReasoningView } from './reasoning-view.tsx'
import { ToolCard } from './tool-card.tsx'

/** How an item is drawn. */
export interface ItemProps {
  readonly item: Item
  /** How wide it may be. */
  readonly columns: number
  /** Shown in full, however long it is. */
  readonly isWhole: boolean
  /** How many rows it may have while it is being written. */
  readonly rows?: number
}

/** A piece of what stands on the screen. */
export function ItemView({ item, columns, isWhole, rows }: ItemProps): ReactNode {
  switch (item.kind) {
    case 'greeting':
      return <Greeting lines={item.lines} columns={columns} />
    case 'prompt':
      return <Prompt text={item.text} columns={columns} />
    case 'markdown':
      return <MarkdownView text={item.text} columns={columns} {...(rows === undefined ? {} : { rows })} />
    case 'reasoning':
      return <ReasoningView item={item} columns={columns} isWhole={isWhole} />
    case 'tool':
      return <ToolCard item={item} columns={columns} isWhole={isWhole} />
    case 'note':
      return (
        <Box marginTop={1} paddingLeft={2}>
          <Toned tone={item.tone}>{wrapText(item.text, columns - 2).join('\n')}</Toned>
        </Box>
      )
    case 'end':
      return (
        <Box marginTop={1} paddingLeft={2}>
          <Toned tone={item.tone}>{item.text}</Toned>
        </Box>
      )
  }
}

function Greeting(props: { readonly lines: readonly string[]; readonly columns: number }): ReactNode {
  const [title = '', ...lines] = props.lines
  return (
    <Box flexDirection="column">
      <Text>
        <Text color="magenta">◆ </Text>
        <Text bold>{title}</Text>
      </Text>
      {lines
        .flatMap((line) => wrapText(line, props.columns - 2))
        .map((line) => (
          <Text key={line} dimColor>
            {`  ${line}`}
          </Text>
        ))}
    </Box>
  )
}

function Prompt({ text, columns }: { readonly text: string; readonly columns: number }): ReactNode {
  const lines = wrapText(text, columns - 2)
  return (
    <Box flexDirection="column" marginTop={1}>
      {lines.map((line, index) => (
        <Text key={index} bold>
          <Text color="magenta">{index === 0 ? '❯ ' : '  '}</Text>
          {line}
        </Text>
      ))}
    </Box>
  )
}

function Toned({ tone, children }: { readonly tone: string; readonly children: string }): ReactNode {
  if (tone === 'red' || tone === 'yellow') return <Text color={tone}>{children}</Text>
  return (
    <Text dimColor={tone === 'dim'} bold={tone === 'bold'}>
      {children}
    </Text>
  )
}
