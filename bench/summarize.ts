import type { ClientInfo } from './clients/client-info.ts'
import type { Sample } from './commands/command.ts'
import type { Figure, Row } from './results.ts'
import type { Comparison, Section } from './sections/section.ts'
import { median, quartileRange } from './statistics.ts'

/** What one client did, round after round. */
export interface Measured {
  readonly client: Pick<ClientInfo, 'name'>
  readonly samples: readonly Sample[]
  readonly fault?: string
}

/** Medians of the figures, and of what they are compared with the base's of the same round. */
export function summarize(section: Section, caseName: string, measured: readonly Measured[]): Row[] {
  const base = measured.find(({ client }) => client.name === section.base)?.samples ?? []
  return measured.map(({ client, samples, fault }) => {
    const place = { section: section.name, case: caseName, client: client.name }
    const problem = fault ?? (samples.length === 0 ? 'no samples' : undefined)
    if (problem !== undefined) return { ...place, figures: {}, fault: firstLine(problem) }
    const names = Object.keys(samples[0]?.figures ?? {})
    const own = names.map((name) => [name, figureOf(samples.map(({ figures }) => figures[name] ?? Number.NaN))])
    const compared = section.comparisons.map((comparison) => [
      comparison.figure,
      figureOf(samples.map((sample, round) => compare(comparison, sample, base[round]))),
    ])
    return { ...place, figures: Object.fromEntries([...own, ...compared]) }
  })
}

function compare({ of, by }: Comparison, sample: Sample, base: Sample | undefined): number {
  const value = sample.figures[of] ?? Number.NaN
  const floor = base?.figures[of] ?? Number.NaN
  return by === 'ratio' ? value / floor : value - floor
}

function figureOf(values: readonly number[]): Figure {
  return { median: median(values), noise: quartileRange(values) }
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 100) ?? text
}
