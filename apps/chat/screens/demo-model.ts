import { createServer, type ServerResponse } from 'node:http'

/** A model that says what it was given to say, over Chat Completions. */
export interface DemoModel {
  readonly url: string
  close(): Promise<void>
}

/** The same each time, as it is in the pictures. */
const port = 18_080

/** Starts it on this machine. */
export async function startDemoModel(): Promise<DemoModel> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => {
      body += text
    })
    request.on('end', () => answer(body, response))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function answer(body: string, response: ServerResponse): void {
  if (!body.includes('"messages"')) {
    response.setHeader('content-type', 'application/json')
    response.end('{"object":"list","data":[{"id":"demo"}]}')
    return
  }
  response.setHeader('content-type', 'text/event-stream')
  const isAboutWeather = body.includes('warmer')
  const deltas = isAboutWeather && !body.includes('"tool"') ? calls : texts(isAboutWeather ? 'Done.' : debounce)
  for (const delta of deltas) send(response, [{ index: 0, delta, finish_reason: null }])
  send(response, [{ index: 0, delta: {}, finish_reason: isAboutWeather ? 'tool_calls' : 'stop' }])
  send(response, [], { prompt_tokens: 1_280, completion_tokens: 214, total_tokens: 1_494 })
  response.end('data: [DONE]\n\n')
}

function send(response: ServerResponse, choices: readonly object[], usage?: object): void {
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'demo', choices, usage }
  response.write(`data: ${JSON.stringify(chunk)}\n\n`)
}

function texts(answer: string): readonly object[] {
  const words = answer.match(/\S*\s*/g) ?? []
  return [
    {
      role: 'assistant',
      reasoning_content: 'They want a small helper. Keep the types of the arguments, and clear the timer.',
    },
    ...words.map((content) => ({ content })),
  ]
}

const call = (index: number, name: string, input: object) => ({
  index,
  id: `call_${index}`,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
})

const calls: readonly object[] = [
  { role: 'assistant', reasoning_content: 'Two cities, and a file that needs a yes.' },
  { content: 'I look up **both cities**, and read the file.' },
  { tool_calls: [call(0, 'weather', { city: 'Berlin' })] },
  { tool_calls: [call(1, 'weather', { city: 'Paris' })] },
  { tool_calls: [call(2, 'read_file', { path: 'notes.txt' })] },
]

const debounce = `A debounced function runs **once**, when nobody has called it for a while:

\`\`\`ts
export function debounce<Args extends unknown[]>(work: (...args: Args) => void, waitMs: number) {
  let timer: NodeJS.Timeout | undefined
  return (...args: Args): void => {
    clearTimeout(timer) // the call before this one is dropped
    timer = setTimeout(() => work(...args), waitMs)
  }
}
\`\`\`

| | debounce | throttle |
|---|---|---|
| runs | after a pause | at most every *n* ms |
| good for | search fields | scrolling |

1. Use \`debounce(save, 300)\` where only the **last** call counts.
2. Read [the guide](https://example.com/timers) for more.
`
