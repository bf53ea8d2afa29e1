import { engineNames } from 'engine-choice'
import { commandLine } from './options.ts'
import { storeVariable } from './sessions/store-choice.ts'

/** What `--help` prints. */
export function helpText(): string {
  return `Usage: npm start -- [options] [prompt]

A chat in the terminal, with tools. With a prompt, as arguments or on standard
input, it answers and ends; without one, in a terminal, it is a conversation.
With a prompt as arguments standard input is not read.

Who answers: the engine that the settings name, as by --engine, one of
${engineNames.join(', ')}.
Where they name none, who has the model of --model; else the provider whose key
is in the settings, as in OPENAI_API_KEY or ANTHROPIC_API_KEY; else an Ollama on
this machine; else eliza, which needs no model and no network.

Settings come from profiles, the files geppetto/config.yaml of the user and
.geppetto/config.yaml of the project, variables (GEPPETTO_CHAT_ENGINE …) and the
flags below, the later over the earlier; --print-settings shows them all, and
where each comes from.

Sessions: a conversation is kept, in the user's data folder, or in the file of
--store or ${storeVariable} (:memory: keeps nothing). Each start begins
a new one unless --session or --continue says which. A prompt that is answered
at once is kept only with one of --session, --continue and --store.

${commandLine.help()}

Examples:
  npm start
  npm start -- "What is 17 * 23, and what time is it in Tokyo?"
  npm start -- --session trip
  npm start -- -c "And what about Berlin?"
  npm start -- --engine anthropic
  npm start -- --model claude-haiku-4-5
  npm start -- --base-url http://127.0.0.1:8080/v1
  npm start -- --profile team-agent --print-settings
  echo "Read README.md" | npm start -s -- --yes --output json

Exit codes: 0 answered; 1 not answered: it failed, or its time (--timeout) or
its steps (--max-iterations) were up; 2 bad usage; 130 cancelled with Ctrl-C;
143 ended by SIGTERM.
`
}
