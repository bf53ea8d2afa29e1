import { type Engine, startProviderCall } from '@geppetto/engine'

const info = { api: 'test', host: 'embedded', model: 'test' }

/** An engine that gives the same short answer every time. Not the scripted engine: that one remembers every turn that it was given. */
export const quietEngine: Engine = {
  info,
  async runInference(ctx, turn) {
    const call = startProviderCall(ctx, turn, info)
    const text = call.text()
    text.append('An answer of some ten words, as they are given every day.')
    text.finish()
    call.stop('end_turn')
    return call.finish()
  },
}
