import { engineNames } from 'engine-choice'
import { type Flag, flags } from './flags.ts'
import { storeVariable } from './sessions/store-choice.ts'

/** What `--help` prints. */
export function helpText(): string {
  const entries: readonly (readonly [string, Flag])[] = Object.entries(flags)
  const rows = entries.map(([name, flag]) => ({ name: usageOf(name, flag), help: flag.help }))
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2
  return `Usage: npm start -- [options] [prompt]

A chat in the terminal, with tools. With a prompt, as arguments or on standard
input, it answers and ends; without one, in a terminal, it is a conversation.
With a prompt as arguments standard input is not read.

Who answers: the engine that --engine names, one of
${engineNames.join(', ')}.
Without it, who has the model of --model; else the provider whose key is in
OPENAI_API_KEY or ANTHROPIC_API_KEY; else an Ollama on this machine; else eliza,
which needs no model and no network.

Sessions: a conversation is kept, in the user's data folder, or in the file of
--store or ${storeVariable} (:memory: keeps nothing). Each start begins
a new one unless --session or --continue says which. A prompt that is answered
at once is kept only with one of --session, --continue and --store.

Options:
${rows.map(({ name, help }) => `  ${name.padEnd(width)}${help}`).join('\n')}

Examples:
  npm start
  npm start -- "What is 17 * 23, and what time is it in Tokyo?"
  npm start -- --session trip
  npm start -- -c "And what about Berlin?"
  npm start -- --engine anthropic
  npm start -- --model claude-haiku-4-5
  npm start -- --base-url http://127.0.0.1:8080/v1
  echo "Read README.md" | npm start -s -- --yes --output json

Exit codes: 0 answered; 1 not answered: it failed, or its time (--timeout) or
its steps (--max-iterations) were up; 2 bad usage; 130 cancelled with Ctrl-C;
143 ended by SIGTERM.
`
}

function usageOf(name: string, { short, value }: Flag): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}
