import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The built program, as a user starts it. */
export const program: string = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** No keys, no Ollama, no sessions and no settings, whatever the machine has: port 1 of it is nobody's. */
export const offlineEnvironment: NodeJS.ProcessEnv = {
  OPENAI_API_KEY: '',
  OPENAI_BASE_URL: '',
  ANTHROPIC_API_KEY: '',
  ANTHROPIC_BASE_URL: '',
  OLLAMA_HOST: '127.0.0.1:1',
  GEPPETTO_CHAT_STORE: ':memory:',
  XDG_CONFIG_HOME: '/nowhere',
  APPDATA: '/nowhere',
}

/** How a run of the program ended. */
export interface ProgramEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program without a terminal, with `input` on its standard input. */
export async function runChat(
  args: readonly string[],
  options: { readonly input?: string; readonly folder?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ProgramEnd> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.folder ?? process.cwd(),
    env: { ...process.env, ...offlineEnvironment, ...options.env },
  })
  child.stdin.end(options.input ?? '')
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}
