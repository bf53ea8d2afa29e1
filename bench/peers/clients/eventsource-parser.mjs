// Not a toolkit: the floor with a reader of events from the registry in place of its own.
import { createParser } from 'eventsource-parser'
import { emptyAnswer, reducerOf } from '../../clients/floor/reduce.ts'
import { paths, requestBody } from '../../clients/floor/request.ts'
import { loopClient } from '../../clients/floor/tool-loop.ts'

export const clients = {
  'eventsource-parser': ({ api, baseUrl }) =>
    loopClient(api, async (messages, hasTools, { signal, onDelta }) => {
      const answer = emptyAnswer()
      const reduce = reducerOf(api, answer, onDelta)
      let isLeft = false
      const parser = createParser({
        onEvent({ data }) {
          if (!isLeft && data !== '[DONE]') isLeft = reduce(JSON.parse(data))
        },
      })
      const response = await fetch(baseUrl + paths[api], {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
        body: JSON.stringify(requestBody(api, messages, hasTools)),
        signal,
      })
      if (!response.ok) throw new Error(`status ${response.status}`)
      const decoder = new TextDecoder()
      const reader = response.body.getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return answer
        parser.feed(decoder.decode(value, { stream: true }))
        if (!isLeft) continue
        await reader.cancel()
        return answer
      }
    }),
}
