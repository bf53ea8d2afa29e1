import { type Event, isEvent } from '@geppetto/events'

/** A frame of an event stream. */
export interface Frame {
  /** `comment` where it is none. */
  readonly name: string
  readonly id: string | undefined
  readonly data: unknown
}

/** Reads the frames of a stream one by one; `leave` gives it back. */
export function readFrames(response: Response): { next(): Promise<Frame | undefined>; leave(): Promise<void> } {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    async next() {
      while (!text.includes('\n\n')) {
        const read = await reader?.read()
        if (read === undefined || read.done) return undefined
        text += decoder.decode(read.value, { stream: true })
      }
      const [frame = '', ...rest] = text.split('\n\n')
      text = rest.join('\n\n')
      return frameOf(frame)
    },
    leave: async () => reader?.cancel(),
  }
}

/** Reads until a frame is what is waited for, and leaves. */
export async function framesUntil(response: Response, isLast: (frame: Frame) => boolean): Promise<readonly Frame[]> {
  const { next, leave } = readFrames(response)
  const frames: Frame[] = []
  for (let frame = await next(); frame !== undefined; frame = await next()) {
    frames.push(frame)
    if (isLast(frame)) break
  }
  await leave()
  return frames
}

/** The events among the frames. */
export function eventsIn(frames: readonly Frame[]): readonly Event[] {
  return frames.flatMap(({ name, data }) => (name === 'message' && isEvent(data) ? [data] : []))
}

function frameOf(text: string): Frame {
  const field = (name: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  if (data === undefined) return { name: 'comment', id: undefined, data: text }
  return { name: field('event') ?? 'message', id: field('id'), data: JSON.parse(data) }
}
