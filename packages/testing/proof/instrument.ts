import { type CallExpression, type Node, parse } from 'acorn'
import { simple } from 'acorn-walk'

/** Callbacks of these go on where something was waited for. */
const continuing: readonly string[] = ['then', 'catch', 'finally', 'schedule']

/**
 * The code with a call of `goOn(place, value)` at each place where it goes on after waiting: behind each `await`, at the beginning of each
 * round of a `for await`, and of each callback of a promise or a timer. A place is named `session/runs/run.ts:97`.
 */
export function instrument(path: string, code: string): string {
  // The clock of the tests is no part of what is proven.
  if (path.endsWith('/manual-clock.ts')) return code
  const insertions: Insertion[] = []
  const insert = (at: number, text: string) => void insertions.push({ at, text })
  const placeOf = (node: Node) => JSON.stringify(`${path.replace('/src/', '/')}:${node.loc?.start.line ?? 0}`)
  const wrap = (node: Node, name: string) => {
    insert(node.start, `globalThis.${globalName}.${name}(${placeOf(node)}, `)
    insert(node.end, ')')
  }
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }), {
    AwaitExpression: (node) => wrap(node, 'goOn'),
    ForOfStatement(node) {
      if (node.await && node.body.type === 'BlockStatement')
        insert(node.body.start + 1, ` globalThis.${globalName}.goOn(${placeOf(node)});`)
    },
    CallExpression(node) {
      for (const callback of callbacksOf(node)) wrap(callback, 'callback')
    },
  })
  return withInsertions(code, insertions)
}

/** Where instrumented code finds what it must call. */
export const globalName = 'geppettoContinuations'

interface Insertion {
  readonly at: number
  readonly text: string
}

function callbacksOf({ callee, arguments: given }: CallExpression): readonly Node[] {
  const isContinuing =
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    continuing.includes(callee.property.name)
  if (!isContinuing) return []
  return given.filter(({ type }) => type !== 'SpreadElement' && type !== 'Literal')
}

/** Inner ones are found first: at one place they come after what is around them. */
function withInsertions(code: string, insertions: readonly Insertion[]): string {
  const fromBehind = insertions.toSorted((one, other) => other.at - one.at)
  return fromBehind.reduce((result, { at, text }) => result.slice(0, at) + text + result.slice(at), code)
}
