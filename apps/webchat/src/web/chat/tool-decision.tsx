import { useRef, useState } from 'react'

/** Asks whether a tool may run. */
export function ToolDecision({
  name,
  onDecide,
}: {
  readonly name: string
  readonly onDecide: (isAllowed: boolean) => Promise<void>
}) {
  const [isSending, setIsSending] = useState(false)
  const fields = useRef<HTMLFieldSetElement>(null)
  const decide = async (isAllowed: boolean) => {
    // The button goes, and the focus with it: it stays with the call.
    fields.current?.closest('.tool')?.querySelector('summary')?.focus()
    setIsSending(true)
    await onDecide(isAllowed)
    setIsSending(false)
  }
  return (
    <fieldset ref={fields} className="tool-decision" aria-label={`May ${name} run?`} disabled={isSending}>
      <p>
        May <strong>{name}</strong> run with these arguments?
      </p>
      <button type="button" className="button" onClick={() => decide(false)}>
        Deny
      </button>
      <button type="button" className="button primary" onClick={() => decide(true)}>
        Allow
      </button>
    </fieldset>
  )
}
