import type { SessionClient } from '@geppetto/client'
import type { ToolCallBlock } from '@geppetto/turns'
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react'
import { shortInput } from './tool-text.ts'

type Answers = Parameters<SessionClient['answer']>[0]
type Outcome = NonNullable<Answers[number]['outcome']>

interface Given {
  readonly text: string
  readonly outcome: Outcome
}

/** How a call may have ended, and what the model is told where nothing more is said. */
const outcomes: Readonly<Record<Outcome, { readonly label: string; readonly usual: string }>> = {
  ok: { label: 'It is done', usual: '' },
  error: { label: 'It failed', usual: 'It failed.' },
  denied: { label: 'It may not be done', usual: 'The user said no.' },
}

const nothing: Given = { text: '', outcome: 'ok' }

/** Asks what came of the calls that the model waits for: of tools that run elsewhere, or that are questions. */
export function ToolAnswers({
  calls,
  onAnswer,
}: {
  readonly calls: readonly ToolCallBlock[]
  readonly onAnswer: (answers: Answers) => Promise<void>
}) {
  const [given, setGiven] = useState<Readonly<Record<string, Given>>>({})
  const [isSending, setIsSending] = useState(false)
  const answers = calls.map(({ callId }) => {
    const { text, outcome } = given[callId] ?? nothing
    return { callId, outcome, text: text.trim() === '' ? outcomes[outcome].usual : text }
  })
  const isComplete = answers.every(({ text }) => text !== '')
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!isComplete || isSending) return
    setIsSending(true)
    await onAnswer(answers)
    setIsSending(false)
  }
  return (
    <form className="tool-answers" aria-label="What came of the tools" onSubmit={send}>
      <p>
        <strong>{calls.length === 1 ? 'A tool waits for you.' : `${calls.length} tools wait for you.`}</strong> Say what
        came of {calls.length === 1 ? 'it' : 'them'}, and the answer goes on. To leave it at that, send another message.
      </p>
      {calls.map((call) => (
        <ToolAnswer
          key={call.callId}
          call={call}
          given={given[call.callId] ?? nothing}
          onChange={(next) => setGiven((before) => ({ ...before, [call.callId]: next }))}
        />
      ))}
      <div className="dialog-actions">
        <button type="submit" className="button primary" disabled={!isComplete || isSending}>
          Send
        </button>
      </div>
    </form>
  )
}

function ToolAnswer({
  call,
  given: { text, outcome },
  onChange,
}: {
  readonly call: ToolCallBlock
  readonly given: Given
  readonly onChange: (given: Given) => void
}) {
  const id = useId()
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    event.currentTarget.form?.requestSubmit()
  }
  return (
    <div className="tool-answer">
      <label htmlFor={id}>
        <span className="tool-name">{call.name}</span> {shortInput(call.input)}
      </label>
      <textarea
        id={id}
        rows={2}
        placeholder={outcomes[outcome].usual === '' ? 'What came of it' : outcomes[outcome].usual}
        value={text}
        onChange={(event) => onChange({ text: event.target.value, outcome })}
        onKeyDown={onKeyDown}
      />
      <fieldset aria-label={`How ${call.name} ended`}>
        {Object.entries(outcomes).map(([name, { label }]) => (
          <label key={name}>
            <input
              type="radio"
              name={id}
              checked={name === outcome}
              onChange={() => onChange({ text, outcome: name === 'error' || name === 'denied' ? name : 'ok' })}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </div>
  )
}
