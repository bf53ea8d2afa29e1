import type { GoToken } from './tokens.ts'

/** A function or method; one inside another belongs to that one. All numbers are indexes of tokens. */
export interface GoFunction {
  readonly start: number
  readonly bodyStart: number
  readonly end: number
  /** Its parameters and variables, each with the token from which on it is known. */
  readonly locals: ReadonlyMap<string, number>
}

export function functionsOf(tokens: readonly GoToken[]): GoFunction[] {
  const functions: GoFunction[] = []
  for (let start = 0; start < tokens.length; start++) {
    // As gofmt writes it: what begins in the first column is outside of everything.
    if (tokens[start]?.text !== 'func' || tokens[start]?.column !== 1) continue
    const bodyStart = bodyOf(tokens, start)
    const end = closingBrace(tokens, bodyStart)
    functions.push({ start, bodyStart, end, locals: localsOf(tokens, start, bodyStart, end) })
    start = end
  }
  return functions
}

/**
 * The first brace outside of parentheses that opens no type, as in `func f(options struct{ n int }) interface{} {`; where there is none, what comes
 * in front of the next function.
 */
function bodyOf(tokens: readonly GoToken[], start: number): number {
  let depth = 0
  let index = start + 1
  for (; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.text === '(' || token?.text === '[') depth += 1
    else if (token?.text === ')' || token?.text === ']') depth -= 1
    else if (token?.text === '{' && depth === 0 && !/^(?:interface|struct)$/.test(tokens[index - 1]?.text ?? '')) break
    else if (token?.text === 'func' && token.column === 1) break
  }
  return index
}

function closingBrace(tokens: readonly GoToken[], opening: number): number {
  let depth = 0
  for (let index = opening; index < tokens.length; index++) {
    if (tokens[index]?.text === '{') depth += 1
    else if (tokens[index]?.text === '}') depth -= 1
    if (depth === 0) return index
  }
  return tokens.length - 1
}

function localsOf(tokens: readonly GoToken[], start: number, bodyStart: number, end: number): Map<string, number> {
  const locals = new Map<string, number>()
  const declare = (name: string, from: number) => {
    if (!locals.has(name)) locals.set(name, from)
  }
  for (const name of parametersIn(tokens, start, bodyStart)) declare(name, bodyStart)
  for (let index = bodyStart; index <= end; index++) {
    const token = tokens[index]
    if (token?.text === ':=') for (const name of namesBefore(tokens, index)) declare(name, nextLine(tokens, index))
    else if (token?.text === 'var' && tokens[index + 1]?.kind === 'word')
      declare(tokens[index + 1]?.text ?? '', nextLine(tokens, index))
    else if (token?.text === 'func')
      for (const name of parametersIn(tokens, index, Math.min(bodyOf(tokens, index), end))) declare(name, index)
  }
  return locals
}

/** `engine, err` of `engine, err := …`. */
export function namesBefore(tokens: readonly GoToken[], index: number): string[] {
  const names: string[] = []
  for (let at = index - 1; tokens[at]?.kind === 'word'; at -= 2) {
    names.unshift(tokens[at]?.text ?? '')
    if (tokens[at - 1]?.text !== ',') break
  }
  return names
}

/** Words behind `(` or `,` with a type behind them: `engine` and `sinks` of `(engine engine.Engine, sinks ...events.EventSink)`. */
function parametersIn(tokens: readonly GoToken[], start: number, end: number): string[] {
  return tokens.slice(start, end).flatMap((token, offset) => {
    const [before, after] = [tokens[start + offset - 1]?.text, tokens[start + offset + 1]]
    if (token.kind !== 'word' || (before !== '(' && before !== ',')) return []
    return after?.kind === 'word' || /^(?:\*|\.\.\.|\[|,)$/.test(after?.text ?? '') ? [token.text] : []
  })
}

/** A variable is known behind its statement: `engine := engine.New()` still asks the package. */
function nextLine(tokens: readonly GoToken[], index: number): number {
  let at = index
  while (tokens[at]?.line === tokens[index]?.line) at += 1
  return at
}
