import type { PromptContent, TurnView } from '@geppetto/client'
import { GitFork, RotateCcw } from 'lucide-react'
import { memo, useState } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Answer, type AnswerParts } from './answer.tsx'
import { noteOfTurn, sentences } from './answer-note.ts'
import { BranchArrows } from './branch-arrows.tsx'
import { EditMessage } from './edit-message.tsx'
import { UserMessage } from './user-message.tsx'

/** What can be done with a turn. */
export interface TurnActions {
  readonly regenerate: (turnId: string) => void
  readonly edit: (turnId: string, content: PromptContent) => Promise<void>
  readonly checkout: (tipId: string) => void
  /** Goes on from there in a conversation of its own. */
  readonly fork: (turnId: string) => void
}

interface Props extends Omit<AnswerParts, 'blocks'> {
  readonly turn: TurnView
  /** Whether the session runs, so that the conversation cannot be changed. */
  readonly isBusy: boolean
  /** Whether it is said elsewhere how the answer ended. */
  readonly isNoted: boolean
  readonly actions: TurnActions
  readonly isEdited: boolean
  readonly onEdit: (turnId: string | undefined) => void
}

/** A message and its answer. */
export const Turn = memo(function Turn({ turn, isBusy, isNoted, actions, isEdited, onEdit, ...answer }: Props) {
  const { turnId, blocks, branches, calls } = turn
  const [isLeaving, setIsLeaving] = useState(false)
  const said = blocks.filter((block) => block.kind === 'user')
  const answered = blocks.filter((block) => block.kind !== 'user' && block.kind !== 'system')
  const text = answered.flatMap((block) => (block.kind === 'assistant' ? [block.text] : [])).join('\n\n')
  const model = calls.at(-1)?.model
  const last = said.at(-1)
  const note = answer.isLive || isNoted ? undefined : noteOfTurn(turn)
  return (
    <article className="turn" data-turn={turnId}>
      <h2 className="visually-hidden">You</h2>
      {said.map((block) =>
        isEdited && block === last ? (
          <EditMessage
            key={block.id}
            block={block}
            onCancel={() => onEdit(undefined)}
            onSend={async (content) => {
              setIsLeaving(true)
              await actions.edit(turnId, content)
              setIsLeaving(false)
            }}
          />
        ) : (
          <UserMessage
            key={block.id}
            block={block}
            onEdit={isBusy || block !== last ? undefined : () => onEdit(turnId)}
          />
        ),
      )}
      <div className="answer" aria-busy={answer.isLive}>
        <h2 className="visually-hidden">Answer</h2>
        <Answer blocks={answered} {...answer} />
        {answer.isLive && <Waiting blocks={answered} />}
        {note !== undefined && <p className="message-note">{sentences(note.title)}</p>}
        {!answer.isLive && (answered.length > 0 || branches.length > 1 || !isNoted) && (
          <div className="message-actions">
            {text !== '' && <CopyButton text={text} label="Copy the answer" />}
            <IconButton label="Answer again" disabled={isBusy || isLeaving} onClick={() => actions.regenerate(turnId)}>
              <RotateCcw />
            </IconButton>
            <IconButton label="Fork the chat here" disabled={isBusy} onClick={() => actions.fork(turnId)}>
              <GitFork />
            </IconButton>
            <BranchArrows branches={branches} isDisabled={isBusy} onGo={actions.checkout} />
            {model !== undefined && <span className="model-name">{model}</span>}
          </div>
        )}
      </div>
    </article>
  )
})

/** While nothing of an answer can be seen. */
function Waiting({ blocks }: Pick<AnswerParts, 'blocks'>) {
  const last = blocks.at(-1)
  if (last !== undefined && last.kind !== 'tool-result') return null
  return (
    <p className="dots">
      <span className="visually-hidden">Waiting for the answer</span>
      <span aria-hidden="true" />
      <span aria-hidden="true" />
      <span aria-hidden="true" />
    </p>
  )
}
