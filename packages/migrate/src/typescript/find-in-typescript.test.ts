import { describe, expect, test } from 'vitest'
import { findImported } from './find-imported.ts'
import { findLoop } from './find-loop.ts'
import { judgeLoops } from './judge-loops.ts'
import { parseSource } from './parse.ts'

function imported(text: string, path = 'a.ts'): string[] {
  return findImported(path, parseSource(path, text)).map(({ line, column, found }) => `${line}:${column} ${found}`)
}

function loops(sources: Readonly<Record<string, string>>): string[] {
  const facts = Object.entries(sources).map(([path, text]) => findLoop(path, parseSource(path, text)))
  return judgeLoops(facts).map(({ path, line, found }) => `${path}:${line} ${found}`)
}

describe('what is imported', () => {
  test.each([
    ["import { streamText as s } from 'ai'\ns()", ["2:1 streamText of 'ai'"]],
    ["import * as ai from 'ai'\nai.streamText(); ai.embed()", ["2:1 streamText of 'ai'"]],
    ["import type { UIMessage } from 'ai'\nlet m: Array<UIMessage>", ["2:14 UIMessage of 'ai'"]],
    ["import * as ai from 'ai'\nlet m: ai.UIMessage", ["2:8 UIMessage of 'ai'"]],
    ["const { streamText: s } = require('ai')\ns()", ["2:1 streamText of 'ai'"]],
    ["async function f() {\nconst { streamText } = await import('ai')\nstreamText() }", ["3:1 streamText of 'ai'"]],
    ["import ai = require('ai')\nai.streamText()", ["2:1 streamText of 'ai'"]],
    ["export { streamText } from 'ai'", ["1:10 streamText of 'ai'"]],
    ["export * from 'ai'", ["1:1 'ai'"]],
    ["import { streamText } from 'ai'", ["1:10 streamText of 'ai'"]],
    ["import { streamText } from 'ai'\nexport { streamText as s }", ["2:10 streamText of 'ai'"]],
    ["import { tool } from 'ai'\nconst t = { tool, tool: 1, [tool]: 2 }", ["2:13 tool of 'ai'", "2:29 tool of 'ai'"]],
    ["import { newThing } from 'ai'\nnewThing()", ["2:1 newThing of 'ai'"]],
    [
      "import { openai } from '@ai-sdk/openai'\nopenai('gpt'); openai.embedding('e')",
      ["2:1 openai of '@ai-sdk/openai'"],
    ],
  ])('is found in %j', (text, found) => {
    expect(imported(text)).toEqual(found)
  })

  test.each([
    "import { embed, cosineSimilarity, generateImage } from 'ai'\nembed()",
    "import { streamText } from './ai.ts'\nstreamText()",
    "import { tool } from 'ai-tools'\ntool()",
    "// import { streamText } from 'ai'\nconst text = \"import { streamText } from 'ai'\"",
    "import { OpenAIEmbeddings } from '@langchain/openai'\nnew OpenAIEmbeddings()",
    "import { PineconeStore } from '@langchain/pinecone'\nnew PineconeStore()",
    "import { MemoryVectorStore } from 'langchain/vectorstores/memory'\nnew MemoryVectorStore()",
  ])('is not in %j', (text) => {
    expect(imported(text)).toEqual([])
  })

  test('is found once where it is a type, and each time where it is a value', () => {
    const text = `import { type UIMessage, tool } from 'ai'
let a: UIMessage, b: UIMessage[], c: typeof tool
tool(), tool() as UIMessage, tool!, (tool satisfies UIMessage)
`
    expect(imported(text)).toEqual([
      "2:8 UIMessage of 'ai'",
      "2:45 tool of 'ai'",
      ...[1, 9, 30, 38].map((column) => `3:${column} tool of 'ai'`),
    ])
  })

  test('is not what something nearer is called', () => {
    const text = `import { tool } from 'ai'
const a = (tool: string) => tool
function b({ tool }) { return tool }
try { tool } catch (tool) { tool }
{ const tool = 1; tool }
for (const tool of [tool]) tool
class C { tool = 1; m() { return this.tool } }
function f(a = tool, b: typeof tool) {}
const { x: tool2 = tool } = {}
type T = (tool: string) => void | Tools.tool
`
    expect(imported(text)).toEqual(["4:7 tool of 'ai'", "8:16 tool of 'ai'", "8:32 tool of 'ai'", "9:20 tool of 'ai'"])
  })

  test('is found in every kind of source', () => {
    const call = "import { streamText } from 'ai'\n"
    expect(imported(`${call}const a = <p>{streamText()}</p>`, 'a.tsx')).toEqual(["2:15 streamText of 'ai'"])
    expect(imported(`${call}const a = <p>{streamText()}</p>`, 'a.js')).toEqual(["2:15 streamText of 'ai'"])
    expect(imported(`${call}const a = <string>streamText()`, 'a.mts')).toEqual(["2:19 streamText of 'ai'"])
    expect(imported(`${call}@decorate class A { @inject() b = streamText }`)).toEqual(["2:35 streamText of 'ai'"])
  })
})

describe('a loop', () => {
  const open = "import OpenAI from 'openai'\nconst client = new OpenAI()\n"
  const ask = 'client.chat.completions.create({})'

  test('is a call and what is kept beside it, in one function or at the top', () => {
    const text = `${open}let running = false
async function one() { const messages = []; new AbortController(); await ${ask} }
function two() { const messages = []; new AbortController(); let busy = true }
`
    expect(loops({ 'a.ts': text })).toEqual([
      'a.ts:4 chat.completions.create of openai',
      'a.ts:3 the flag running',
      'a.ts:4 the array messages',
      'a.ts:4 new AbortController()',
    ])
  })

  test('needs a call: a client alone is none, nor is what else a vendor has', () => {
    expect(loops({ 'a.ts': `${open}let running = false\nclient.embeddings.create({})` })).toEqual([])
  })

  test('is around the call, and not around its answer', () => {
    expect(loops({ 'a.ts': `${open}for await (const chunk of await ${ask}) {}` })).toHaveLength(1)
    expect(loops({ 'a.ts': `${open}for (;;) { await ${ask} }` })).toContain('a.ts:3 a loop around the call')
    expect(loops({ 'a.ts': `${open}for (;;) { const f = () => ${ask} }` })).toHaveLength(1)
  })

  test.each([
    [
      "import Anthropic from '@anthropic-ai/sdk'\nclass A { #c = new Anthropic(); m() { return this.#c.messages.stream({}) } }",
    ],
    ["import Anthropic from '@anthropic-ai/sdk'\nfunction f(c: Anthropic) { return c.beta.messages.toolRunner({}) }"],
    [
      "import Anthropic from '@anthropic-ai/sdk'\nfunction f(deps: { c: Anthropic }) { return deps.c.messages.create({}) }",
    ],
    ["import Anthropic from '@anthropic-ai/sdk'\nnew Anthropic().messages.create({})"],
    ["import { OpenAI } from 'openai'\ngetClient().responses.stream({})"],
    ["fetch('https://api.openai.com/v1/chat/completions', {})"],
    ['const url = `https://api.anthropic.com/v1/messages?beta=$' + '{x}`'],
  ])('is known by its client in %j', (text) => {
    expect(loops({ 'a.ts': text })).toHaveLength(1)
  })

  test.each([
    [
      "import twilio from 'twilio'\nimport Anthropic from '@anthropic-ai/sdk'\nconst sms = twilio()\nsms.messages.create({})",
    ],
    ['client.chat.completions.create({})'],
    ["expect(request.url).toBe('https://api.openai.com/v1/chat/completions')"],
    ["import { APIError } from 'openai'\nconst error = new APIError()\nerror.messages.create()"],
  ])('is not in %j', (text) => {
    expect(loops({ 'a.ts': text })).toEqual([])
  })

  test('has a client that another file makes, by a relative name or an alias', () => {
    const sources = (from: string) => ({
      'src/lib/ai/index.ts': `import OpenAI from 'openai'\nexport const client = new OpenAI()\nexport default client`,
      'src/app/a.ts': `import { client } from '${from}'\n${ask}`,
      'src/app/b.ts': `import mine from '${from}'\nmine.responses.create({})`,
    })
    for (const from of ['../lib/ai', '../lib/ai/index.js', '@/lib/ai', '~/lib/ai', '#lib/ai'])
      expect(loops(sources(from)), from).toHaveLength(2)
    expect(loops(sources('../lib/other'))).toEqual([])
  })
})
