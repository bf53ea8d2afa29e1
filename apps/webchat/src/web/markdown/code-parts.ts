/** A part of code has so many characters at most, where its lines allow it. */
const maxPart = 4_000

/** Code in parts that are coloured by themselves: those that are closed stay as they are, however much follows. They end between lines, where they can at an empty one. */
export function codeParts(code: string): readonly string[] {
  const parts: string[] = []
  let at = 0
  while (code.length - at > maxPart) {
    const end = endOf(code, at)
    if (end === undefined) break
    parts.push(code.slice(at, end))
    at = end
  }
  parts.push(code.slice(at))
  return parts
}

function endOf(code: string, from: number): number | undefined {
  const parted = code.lastIndexOf('\n\n', from + maxPart - 2)
  if (parted > from + maxPart / 2) return parted + 2
  const line = code.lastIndexOf('\n', from + maxPart - 1)
  if (line > from) return line + 1
  const next = code.indexOf('\n', from + maxPart)
  return next < 0 ? undefined : next + 1
}
