import { createSseReader, type Decoder, type DecoderOutput } from '@geppetto/engine'
import { anthropicAdapter } from '@geppetto/provider-anthropic/fetch'
import { openaiChatAdapter, openaiResponsesAdapter } from '@geppetto/provider-openai/fetch'
import { toErrorData } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/seeded-random.ts'
import { type Api, readExchanges } from './recordings.ts'

// Decoders do not parse a frame that is like the one before it. Spaces behind every other frame make none of them so: what is said must be the same.

type Frame = readonly [name: string, data: string]

const decoders: Readonly<Record<Api, (output: DecoderOutput) => Decoder>> = {
  'openai-chat': openaiChatAdapter().decode,
  'openai-responses': openaiResponsesAdapter().decode,
  'anthropic-messages': anthropicAdapter().decode,
}

const streams = readExchanges().filter(({ response }) => response.contentType.includes('event-stream'))

function framesOf(body: string): Frame[] {
  const frames: Frame[] = []
  const reader = createSseReader({ event: (name, data) => void frames.push([name, data]) })
  reader.push(new TextEncoder().encode(body))
  reader.end()
  return frames
}

function unlike(frames: readonly Frame[]): Frame[] {
  return frames.map(([name, data], index) => [name, index % 2 === 0 ? data : `${data} `])
}

/** All that a decoder says of the frames, in order, and what it throws. */
function saidOf(api: Api, frames: readonly Frame[]): readonly unknown[] {
  const said: unknown[] = []
  let isOver = false
  let writers = 0
  const writerOf = (kind: string, ...facts: readonly unknown[]) => {
    const writer = `${kind} ${writers++}`
    said.push([writer, ...facts])
    const say =
      (what: string) =>
      (value?: unknown): void =>
        void (value === '' || said.push([writer, what, value]))
    const [cite, finish, cutOff, progress] = ['cite', 'finish', 'cutOff', 'progress'].map(say)
    if (!cite || !finish || !cutOff || !progress) throw new Error('a writer lacks a method')
    const sayPiece = say('append')
    let text = ''
    const append = (piece: string): void => {
      text += piece
      sayPiece(piece)
    }
    return {
      callId: writer,
      get text() {
        return text
      },
      append,
      cite,
      finish,
      cutOff,
      progress,
    }
  }
  const decoder = decoders[api]({
    text: () => writerOf('text'),
    reasoning: (form) => writerOf('reasoning', form),
    toolCall: (name) => writerOf('call', name),
    serverTool: (tool, name) => writerOf('server tool', tool, name),
    update: (news) => said.push(['update', news]),
    stop: (reason, word) => {
      isOver = true
      said.push(['stop', reason, word])
    },
    fail: (error) => {
      isOver = true
      said.push(['fail', error])
    },
  })
  try {
    for (const [name, data] of frames) if (!isOver) decoder.event(name, data)
    if (!isOver) decoder.end()
  } catch (error) {
    said.push(['thrown', toErrorData(error).code ?? 'by the parser'])
  }
  return said
}

/** The frames with some of them repeated, left out, changed in a letter or moved. */
function muddled(frames: readonly Frame[], seed: number): Frame[] {
  const random = seededRandom(seed)
  const muddle: Frame[] = []
  for (const frame of frames) {
    const [name, data] = frame
    const at = random(data.length)
    const kind = random(12)
    if (kind === 0) muddle.push(frame, frame, frame)
    else if (kind === 1) muddle.push([name, data.slice(0, at) + 'z"\\1 '.charAt(random(5)) + data.slice(at + 1)])
    else if (kind === 2) muddle.push(frames[random(frames.length)] ?? frame, frame)
    else if (kind > 3) muddle.push(frame)
  }
  return muddle
}

describe.each(streams)('the stream $id', ({ api, response }) => {
  const frames = framesOf(response.body)

  it('says the same whether its frames are like each other or not', () => {
    expect(saidOf(api, frames)).toEqual(saidOf(api, unlike(frames)))
  })

  it.each([1, 2, 3, 4, 5, 6])('says the same where frames are repeated, left out, changed and moved (%i)', (seed) => {
    const muddle = muddled(frames, seed)
    expect(saidOf(api, muddle)).toEqual(saidOf(api, unlike(muddle)))
  })
})
