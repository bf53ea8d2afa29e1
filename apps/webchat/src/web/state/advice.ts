import type { ClientErrorCode } from '@geppetto/client'
import type { StopReason } from '@geppetto/turns'

/** What is wrong, and what to do about it, in the words of somebody who only uses the page. */
export interface Advice {
  readonly title: string
  readonly advice: string
}

/** A row of the tables: the title, and the advice. */
type Words = readonly [title: string, advice: string]

const clientWords: Readonly<Partial<Record<ClientErrorCode, Words>>> = {
  network: ['The server was not reached', 'Is it still running? Nothing is lost: try again.'],
  protocol: [
    'The answer is not one of this server',
    'Reload the page: it may be older than the server. Is a proxy in between?',
  ],
  no_such_session: [
    'This conversation is gone',
    'It was deleted, or was never here. Choose another one, or begin a new one.',
  ],
  session_busy: [
    'An answer is being written',
    'Wait until it is there, or stop it. A prompt can wait in line meanwhile.',
  ],
  head_moved: [
    'The conversation has gone on meanwhile',
    'Another tab was faster. Look at what is new, and do it again if you still want it.',
  ],
  nothing_to_run: ['There is nothing to go on with', 'The answer is complete. Say something new.'],
  no_such_turn: ['That message is not here any more', 'Reload the page to see what is there.'],
  no_such_call: ['That tool does not wait any more', 'Somebody else decided, or it was stopped.'],
  no_such_profile: ['This model cannot be had any more', 'Choose another one below the prompt, and send it again.'],
  no_such_upload: ['The server has forgotten the file', 'Send it again.'],
  too_large: ['That is too large', 'Send a smaller file, or a shorter text.'],
  too_slow: ['That took too long to send', 'Is the network slow? Send a smaller file, or try again.'],
  unsupported_media_type: [
    'Files of this type cannot be sent',
    'Pictures (PNG, JPEG, GIF, WebP), PDF, text, WAV and MP3 can.',
  ],
  rate_limited: ['That was too fast', 'Wait a moment, and try again.'],
  too_many_streams: ['Too many tabs are open', 'Close some that show a conversation, and try again.'],
  store_failed: [
    'The conversation cannot be saved',
    'Is the disk full, or the file locked? Try again when that is mended.',
  ],
  shutting_down: ['The server is stopping', 'Start it again, then try again.'],
  not_allowed: ['You may not do this', 'Ask whoever runs the server.'],
  host_refused: ['The server does not answer under this name', 'Open it as localhost.'],
  origin_refused: ['This page may not use the server', 'Open the address that the server printed.'],
  invalid_request: ['The server did not understand that', 'Reload the page, and try again.'],
  internal: ['The server met an error', 'What is wrong stands where the server was started. Try again.'],
}

/** What to do about what could not be done. */
export function adviceForClient({
  code,
  message,
}: {
  readonly code: ClientErrorCode
  readonly message: string
}): Advice {
  return adviceOf(clientWords[code] ?? [message, 'Try again.'])
}

const runWords: Readonly<Record<string, Words>> = {
  auth: ['The provider does not take the key', 'Look at the key that the server was started with.'],
  permission: ['The key may not do this', 'Choose another model, or look at what the key is for.'],
  not_found: ['The provider has no such model', 'Choose another model below the prompt.'],
  rate_limit: ['The provider wants a pause', 'Wait a while, or choose another model.'],
  quota: ['There is no credit left', 'Top up the account at the provider, or choose another model.'],
  overloaded: ['The provider is overloaded', 'Wait a while, or choose another model.'],
  unavailable: ['The provider does not work at the moment', 'Wait a while, or choose another model.'],
  context_overflow: [
    'The conversation is too long for this model',
    'Choose a model with a larger window, or begin a new conversation.',
  ],
  content_filter: ['The provider’s filter stopped this', 'Say it another way.'],
  timeout: ['The provider has gone silent', 'What it said is kept. Try again.'],
  network: ['The connection to the provider broke', 'What it said is kept. Try again.'],
  protocol: ['The provider’s answer broke off', 'What it said is kept. Try again.'],
  unsupported: ['This model cannot take all of that', 'Choose another model, or leave the file out.'],
}

/** What to do about an answer that failed. */
export function adviceForRun({ code, message }: { readonly code: string; readonly message: string }): Advice {
  return adviceOf(runWords[code] ?? ['The answer failed', message])
}

const stopWords: Readonly<Partial<Record<StopReason, Words>>> = {
  user: ['You stopped this answer', ''],
  superseded: ['A newer prompt took its place', ''],
  deadline: ['It took too long, and was stopped', ''],
  budget: ['It reached its budget, and was stopped', ''],
  max_tokens: ['The model reached its limit for one answer', 'Let it go on from there.'],
  context_window: [
    'The conversation fills the model’s window',
    'Begin a new one, or choose a model with a larger window.',
  ],
  content_filter: ['The provider’s filter stopped this', 'Say it another way.'],
  max_iterations: ['It used as many tools as it may', 'Let it go on from there.'],
  owner_lost: ['The server ended while this was being written', 'What had come is kept, but for its last words.'],
  shutdown: ['The server was stopped while this was being written', 'What had come is kept.'],
}

/** What is said of an answer that ended before it was complete; undefined where nothing is to be said. */
export function adviceForStop(stop: StopReason): Advice | undefined {
  const words = stopWords[stop]
  return words && adviceOf(words)
}

function adviceOf([title, advice]: Words): Advice {
  return { title, advice }
}
