import type { Profiler } from 'node:inspector'

/** Self time in a profile, as lines: by package, and by function with its place. */
export function summarizeProfile(profile: Profiler.Profile, root: string): string {
  const selfOf = new Map<number, number>()
  for (const [index, node] of (profile.samples ?? []).entries())
    selfOf.set(node, (selfOf.get(node) ?? 0) + (profile.timeDeltas?.[index] ?? 0))
  const packages = new Map<string, number>()
  const functions = new Map<string, number>()
  let busy = 0
  for (const { id, callFrame } of profile.nodes) {
    const { functionName, url, lineNumber } = callFrame
    const time = selfOf.get(id) ?? 0
    if (functionName === '(idle)' || functionName === '(root)' || time === 0) continue
    busy += time
    const place = url === '' ? functionName : shortPath(url, root)
    add(packages, packageOf(place), time)
    add(functions, url === '' ? functionName : `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`, time)
  }
  const heading = `${(busy / 1_000).toFixed(0)} ms busy`
  return [heading, 'by package', ...top(packages, busy, 15), 'by function', ...top(functions, busy, 45)].join('\n')
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time)
}

function top(times: ReadonlyMap<string, number>, all: number, count: number): string[] {
  const sorted = [...times].sort(([, first], [, second]) => second - first).slice(0, count)
  return sorted.map(([name, time]) => `  ${((100 * time) / all).toFixed(1).padStart(5)}%  ${name}`)
}

function shortPath(url: string, root: string): string {
  const path = url.replace(/^file:\/\//, '')
  const inModules = path.lastIndexOf('node_modules/')
  if (inModules >= 0) return path.slice(inModules + 'node_modules/'.length)
  return path.startsWith(root) ? path.slice(root.length + 1) : path
}

function packageOf(place: string): string {
  if (place.startsWith('node:')) return place.split('/').slice(0, 3).join('/')
  const parts = place.split('/')
  return parts[0]?.startsWith('@') || parts[0] === 'packages' ? parts.slice(0, 2).join('/') : (parts[0] ?? place)
}
