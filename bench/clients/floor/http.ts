// The same on node:http: what fetch and web streams themselves cost.
import { Agent, request } from 'node:http'
import { StringDecoder } from 'node:string_decoder'
import type { Clients } from '../client.ts'
import { dataLines } from './data-lines.ts'
import { emptyAnswer, reducerOf } from './reduce.ts'
import { paths, requestBody } from './request.ts'
import { type Ask, loopClient } from './tool-loop.ts'

export const clients: Clients = {
  'floor http': ({ api, baseUrl }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
    const ask: Ask = (messages, hasTools, { signal, onDelta }) =>
      new Promise((resolve, reject) => {
        const answer = emptyAnswer()
        const feed = dataLines(reducerOf(api, answer, onDelta))
        const headers = { 'content-type': 'application/json', authorization: 'Bearer key' }
        const options = { method: 'POST', agent, headers, ...(signal === undefined ? undefined : { signal }) }
        const sent = request(baseUrl + paths[api], options, (response) => {
          const decoder = new StringDecoder('utf8')
          response.on('data', (bytes: Buffer) => {
            if (!feed(decoder.write(bytes))) return
            sent.destroy()
            resolve(answer)
          })
          response.on('end', () => resolve(answer))
          response.on('error', reject)
          if (response.statusCode !== 200) sent.destroy(new Error(`status ${response.statusCode}`))
        })
        sent.on('error', reject)
        sent.end(JSON.stringify(requestBody(api, messages, hasTools)))
      })
    return { ...loopClient(api, ask), close: () => agent.destroy() }
  },
}
