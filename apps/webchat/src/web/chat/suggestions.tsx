const forEliza = ['I am worried about my garden.', 'What is 17 * 23?', 'What is the weather in Paris?']
const forModels = [
  'Compare three ways to debounce a function, in a table',
  'Explain the Fourier transform with one formula',
  'What is the weather in Paris, and do I need an umbrella?',
]

/** Things to begin with. */
export function Suggestions({
  isEliza,
  onChoose,
}: {
  readonly isEliza: boolean
  readonly onChoose: (text: string) => void
}) {
  return (
    <ul className="suggestions">
      {(isEliza ? forEliza : forModels).map((text) => (
        <li key={text}>
          <button type="button" onClick={() => onChoose(text)}>
            {text}
          </button>
        </li>
      ))}
    </ul>
  )
}
