// The floor: fetch, a decoder, a split of lines, JSON.parse. What any program pays that streams by fetch.
import type { Clients } from '../client.ts'
import { dataLines } from './data-lines.ts'
import { emptyAnswer, reducerOf } from './reduce.ts'
import { paths, requestBody } from './request.ts'
import { loopClient } from './tool-loop.ts'

export const clients: Clients = {
  'floor fetch': ({ api, baseUrl }) =>
    loopClient(api, async (messages, hasTools, { signal, onDelta }) => {
      const answer = emptyAnswer()
      const feed = dataLines(reducerOf(api, answer, onDelta))
      const response = await fetch(baseUrl + paths[api], {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
        body: JSON.stringify(requestBody(api, messages, hasTools)),
        ...(signal === undefined ? undefined : { signal }),
      })
      if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
      const decoder = new TextDecoder()
      const reader = response.body.getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return answer
        if (!feed(decoder.decode(value, { stream: true }))) continue
        await reader.cancel()
        return answer
      }
    }),
}
