import type { ClientErrorCode } from '@geppetto/client'
import type { StopReason } from '@geppetto/turns'

/** What is wrong, and what to do about it, in the words of somebody who only uses the page. */
export interface Advice {
  readonly title: string
  readonly advice: string
}

const clientAdvice: Readonly<Partial<Record<ClientErrorCode, Advice>>> = {
  network: { title: 'The server was not reached', advice: 'Is it still running? Nothing is lost: try again.' },
  protocol: {
    title: 'The answer is not one of this server',
    advice: 'Reload the page: it may be older than the server. Is a proxy in between?',
  },
  no_such_session: {
    title: 'This conversation is gone',
    advice: 'It was deleted, or was never here. Choose another one, or begin a new one.',
  },
  session_busy: {
    title: 'An answer is being written',
    advice: 'Wait until it is there, or stop it. A prompt can wait in line meanwhile.',
  },
  head_moved: {
    title: 'The conversation has gone on meanwhile',
    advice: 'Another tab was faster. Look at what is new, and do it again if you still want it.',
  },
  nothing_to_run: { title: 'There is nothing to go on with', advice: 'The answer is complete. Say something new.' },
  no_such_turn: { title: 'That message is not here any more', advice: 'Reload the page to see what is there.' },
  no_such_call: { title: 'That tool does not wait any more', advice: 'Somebody else decided, or it was stopped.' },
  no_such_profile: {
    title: 'This model cannot be had any more',
    advice: 'Choose another one below the prompt, and send it again.',
  },
  no_such_upload: { title: 'The server has forgotten the file', advice: 'Send it again.' },
  too_large: { title: 'That is too large', advice: 'Send a smaller file, or a shorter text.' },
  unsupported_media_type: {
    title: 'Files of this type cannot be sent',
    advice: 'Pictures (PNG, JPEG, GIF, WebP), PDF, text, WAV and MP3 can.',
  },
  rate_limited: { title: 'That was too fast', advice: 'Wait a moment, and try again.' },
  too_many_streams: { title: 'Too many tabs are open', advice: 'Close some that show a conversation, and try again.' },
  store_failed: {
    title: 'The conversation cannot be saved',
    advice: 'Is the disk full, or the file locked? Try again when that is mended.',
  },
  shutting_down: { title: 'The server is stopping', advice: 'Start it again, then try again.' },
  not_allowed: { title: 'You may not do this', advice: 'Ask whoever runs the server.' },
  host_refused: { title: 'The server does not answer under this name', advice: 'Open it as localhost.' },
  origin_refused: { title: 'This page may not use the server', advice: 'Open the address that the server printed.' },
  invalid_request: { title: 'The server did not understand that', advice: 'Reload the page, and try again.' },
  internal: {
    title: 'The server met an error',
    advice: 'What is wrong stands where the server was started. Try again.',
  },
}

/** What to do about what could not be done. */
export function adviceForClient({
  code,
  message,
}: {
  readonly code: ClientErrorCode
  readonly message: string
}): Advice {
  return clientAdvice[code] ?? { title: message, advice: 'Try again.' }
}

const runAdvice: Readonly<Record<string, Advice>> = {
  auth: { title: 'The provider does not take the key', advice: 'Look at the key that the server was started with.' },
  permission: { title: 'The key may not do this', advice: 'Choose another model, or look at what the key is for.' },
  not_found: { title: 'The provider has no such model', advice: 'Choose another model below the prompt.' },
  rate_limit: { title: 'The provider wants a pause', advice: 'Wait a while, or choose another model.' },
  quota: { title: 'There is no credit left', advice: 'Top up the account at the provider, or choose another model.' },
  overloaded: { title: 'The provider is overloaded', advice: 'Wait a while, or choose another model.' },
  unavailable: { title: 'The provider does not work at the moment', advice: 'Wait a while, or choose another model.' },
  context_overflow: {
    title: 'The conversation is too long for this model',
    advice: 'Choose a model with a larger window, or begin a new conversation.',
  },
  content_filter: { title: 'The provider’s filter stopped this', advice: 'Say it another way.' },
  timeout: { title: 'The provider has gone silent', advice: 'What it said is kept. Try again.' },
  network: { title: 'The connection to the provider broke', advice: 'What it said is kept. Try again.' },
  protocol: { title: 'The provider’s answer broke off', advice: 'What it said is kept. Try again.' },
  unsupported: { title: 'This model cannot take all of that', advice: 'Choose another model, or leave the file out.' },
}

/** What to do about an answer that failed. */
export function adviceForRun({ code, message }: { readonly code: string; readonly message: string }): Advice {
  return runAdvice[code] ?? { title: 'The answer failed', advice: message }
}

/** What is said below an answer that ended before it was complete; undefined where nothing is to be said. */
export function noteForStop(stop: StopReason): string | undefined {
  return stopNotes[stop]
}

const stopNotes: Readonly<Partial<Record<StopReason, string>>> = {
  user: 'You stopped this answer.',
  superseded: 'A newer prompt took its place.',
  deadline: 'It took too long, and was stopped.',
  budget: 'It reached its budget, and was stopped.',
  max_tokens: 'The model reached its limit for one answer.',
  context_window: 'The conversation fills the model’s window.',
  content_filter: 'The provider’s filter stopped this.',
  max_iterations: 'It used as many tools as it may.',
  owner_lost: 'The server ended while this was being written.',
  shutdown: 'The server was stopped while this was being written.',
}
