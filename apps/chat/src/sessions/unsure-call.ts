import type { DecideUnsureCall } from '@geppetto/session'
import { visibleText } from '@geppetto/turns'
import type { Ask } from '../confirm.ts'

/** Asks what becomes of a call that may have run before the process that ran it was gone. */
export function askAboutCall(ask: Ask): DecideUnsureCall {
  return async (ctx, { name, input }) => {
    const given = input.state === 'parsed' ? JSON.stringify(input.value) : input.raw
    const question = visibleText(`${name} ${given} may have run already. Run it again? [y/N] `)
    for (let again = ''; ; again = 'Please answer y or n. ') {
      const answer = await ask(again + question, ctx.signal)
      switch (answer?.trim().toLowerCase()) {
        case 'y':
        case 'yes':
          return 'run'
        case '':
        case 'n':
        case 'no':
        case undefined:
          return 'tell'
      }
    }
  }
}
