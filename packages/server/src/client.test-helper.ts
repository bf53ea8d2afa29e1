import { type Client, type ClientOptions, createClient, type SessionState } from '@geppetto/client'
import type { Clock } from '@geppetto/context'
import { saidIn } from './serve.test-helper.ts'
import type { SessionServer } from './session-server.ts'

/** A clock on which nobody waits long. */
const hastyClock: Clock = {
  now: () => Date.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs / 50)
    return () => clearTimeout(timer)
  },
}

/** The fetch of a client whose server is in the same process. */
export function fetchOf(server: Pick<SessionServer, 'handle'>): typeof globalThis.fetch {
  return (input, init) => server.handle(new Request(input, init), { remoteAddress: '127.0.0.1' })
}

/** A client of a server that is in the same process, or at an address. */
export function clientOf(server: SessionServer | string, options: Partial<ClientOptions> = {}): Client {
  const how = typeof server === 'string' ? { baseUrl: server } : { baseUrl: 'http://localhost', fetch: fetchOf(server) }
  return createClient({ ...how, clock: hastyClock, random: () => 0.5, ...options })
}

/** What is said in each turn, and what is on its way. */
export function saidInState({ turns, pending }: SessionState): readonly (readonly string[])[] {
  const waiting = pending.map(({ content, state }) => [`${state}: ${typeof content === 'string' ? content : 'parts'}`])
  return [...turns.map(({ blocks }) => blocks.map(saidIn)), ...waiting]
}

/** Whether nothing goes on, and everything has arrived. */
export function isQuiet({ run, pending, isLoaded, queue }: SessionState): boolean {
  return isLoaded && run.status === 'idle' && pending.length === 0 && queue.length === 0
}
