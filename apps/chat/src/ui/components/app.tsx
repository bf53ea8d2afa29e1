import { Box, Static, type SuspendTerminal, Text, useApp, useInput, usePaste, useWindowSize } from 'ink'
import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import type { Composer } from '../input/composer.ts'
import type { DoneItem } from '../item.ts'
import type { Keyboard } from '../keyboard.ts'
import type { ScreenStore } from '../screen-state.ts'
import { ActivityLine } from './activity-line.tsx'
import { CompletionList } from './completion-list.tsx'
import { ComposerView } from './composer-view.tsx'
import { ItemView } from './item-view.tsx'
import { PickerView } from './picker-view.tsx'
import { QuestionView } from './question-view.tsx'
import { StatusLine } from './status-line.tsx'

/** Texts are not read in longer lines. */
const widest = 100

/** Rows that are kept for what stands below an answer that is being written. */
const rowsBelow = 12

const idleHint = 'Say something, or / for commands'
const busyHint = 'What you say now is said next'

/** The screen: what was said, what is being said, and where the person speaks. */
export function App(props: {
  readonly store: ScreenStore
  readonly composer: Composer
  readonly keyboard: Keyboard
  /** Is told how the terminal is handed to somebody else. */
  readonly takeSuspend: (suspend: SuspendTerminal) => void
}): ReactNode {
  const { store, composer, keyboard, takeSuspend } = props
  const { suspendTerminal } = useApp()
  useEffect(() => takeSuspend(suspendTerminal), [takeSuspend, suspendTerminal])
  const window = useWindowSize()
  const state = useSyncExternalStore(store.subscribe, store.snapshot)
  useInput((input, key) => keyboard.press(input, key))
  usePaste((text) => keyboard.paste(text))
  // Behind the last column terminals differ in what they do.
  const columns = Math.min(widest, window.columns - 1)
  const rows = Math.max(3, window.rows - rowsBelow)
  composer.columns = columns - 2
  const input = composer.snapshot()
  return (
    <>
      <Static items={[...state.done]}>
        {({ key, item, isWhole }: DoneItem) => <ItemView key={key} item={item} columns={columns} isWhole={isWhole} />}
      </Static>
      <Box flexDirection="column">
        {state.live.map((item, index) => (
          <ItemView key={index} item={item} columns={columns} isWhole={false} rows={rows} />
        ))}
        {state.busySince !== undefined && state.question === undefined && (
          <ActivityLine activity={state.activity} since={state.busySince} />
        )}
        {state.queued.map((line, index) => (
          <Text key={index} dimColor wrap="truncate-end">{`  next: ${line}`}</Text>
        ))}
        {state.question !== undefined ? (
          <QuestionView question={state.question} columns={columns} />
        ) : state.picking !== undefined ? (
          <PickerView picking={state.picking} />
        ) : (
          <>
            <ComposerView state={input} columns={columns} hint={state.busySince === undefined ? idleHint : busyHint} />
            <CompletionList state={input} columns={columns} />
          </>
        )}
        <StatusLine status={state.status} leaves={state.leaves} columns={window.columns - 1} />
      </Box>
    </>
  )
}
