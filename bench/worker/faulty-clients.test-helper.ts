import type { Clients } from '../clients/client.ts'
import { clients as floors } from '../clients/floor/fetch.ts'

/** Clients that do not do what they are asked to. */
export const clients: Clients = {
  'loses a delta': async (workplace) => {
    const client = await floors['floor fetch']?.(workplace)
    if (client === undefined) throw new Error('there is no floor')
    let count = 0
    return { stream: (work) => client.stream({ ...work, onDelta: (text) => count++ !== 5 && work.onDelta(text) }) }
  },
  throws: () => ({
    stream: async () => {
      throw new Error('no answer')
    },
  }),
  dies: () => ({ stream: async () => process.exit(3) }),
}
