/** The three streaming wire formats. */
export const apis = ['chat', 'responses', 'anthropic'] as const

export type Api = (typeof apis)[number]

/** What the mock provider does with a request. It stands in the path of its address, so that every client can ask for it. */
export interface Scenario {
  /** Text deltas of the final answer. */
  readonly deltas: number
  /** Bytes of a network write, cut anywhere, also inside a character; 0: one write for each event. */
  readonly writeSize?: number
  /** Steps that call tools before the final answer. Default 0. */
  readonly steps?: number
  /** Calls of a step. Default 1. */
  readonly parallel?: number
  /** Makes the arguments of each call large: text deltas in them. Default 0. */
  readonly noteDeltas?: number
  /** Milliseconds between writes. Default 0: as fast as the socket takes them. */
  readonly gapMs?: number
  /** Under which the server tells of the connection what became of it. Default: it does not. */
  readonly id?: number
}

const names = ['deltas', 'writeSize', 'steps', 'parallel', 'noteDeltas', 'gapMs', 'id'] as const

/** The base address of a scenario, as clients are given it: it ends in `/v1`. */
export function scenarioAddress(server: string, scenario: Scenario): string {
  const facts = names.flatMap((name) => (scenario[name] === undefined ? [] : [`${name}=${scenario[name]}`]))
  return `${server}/s/${facts.join(',')}/v1`
}

/** The scenario and the wire format of an address; undefined where it has none. */
export function parseAddress(path: string): { readonly scenario: Scenario; readonly api: Api } | undefined {
  const [, facts, rest] = /^\/s\/([^/]*)\/(.*)$/.exec(path.split('?')[0] ?? '') ?? []
  const api = rest === undefined ? undefined : apiOf(rest)
  if (facts === undefined || api === undefined) return undefined
  const values = new Map(facts.split(',').map((fact) => [fact.split('=')[0], Number(fact.split('=')[1])]))
  const entries = names.flatMap((name) => (values.has(name) ? [[name, values.get(name)]] : []))
  return { scenario: { deltas: 50, ...Object.fromEntries(entries) }, api }
}

function apiOf(path: string): Api | undefined {
  if (path.endsWith('chat/completions')) return 'chat'
  if (path.endsWith('responses')) return 'responses'
  return path.endsWith('messages') ? 'anthropic' : undefined
}
