import type { FloorReducer } from './reduce.ts'

/** Hands the JSON of each `data:` line on: the least that reading server-sent events takes. True: no more is wanted. */
export function dataLines(onEvent: FloorReducer): (text: string) => boolean {
  let rest = ''
  return (text) => {
    const held = rest === '' ? text : rest + text
    let start = 0
    for (let end = held.indexOf('\n'); end !== -1; end = held.indexOf('\n', start)) {
      // `d` of data, and `{` of an object behind `data: `.
      const isData = held.charCodeAt(start) === 100 && held.charCodeAt(start + 6) === 123
      if (isData && onEvent(JSON.parse(held.slice(start + 6, end)))) return true
      start = end + 1
    }
    rest = start === 0 ? held : held.slice(start)
    return false
  }
}
