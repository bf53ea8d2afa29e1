import { useState } from 'react'

/** Longer prompts are folded: an answer is not to be looked for behind what one has pasted. */
const maxCharacters = 3_000
const maxLines = 30

/** The text that a user said. */
export function SaidText({ text }: { readonly text: string }) {
  const [showsAll, setShowsAll] = useState(false)
  const isLong = text.length > maxCharacters || text.split('\n', maxLines + 1).length > maxLines
  const shown = isLong && !showsAll ? `${beginningOf(text)}…` : text
  return (
    <div className="bubble">
      {shown}
      {isLong && (
        <button type="button" className="link" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show less' : `Show all ${text.length.toLocaleString()} characters`}
        </button>
      )}
    </div>
  )
}

function beginningOf(text: string): string {
  return text.split('\n', maxLines).join('\n').slice(0, maxCharacters)
}
