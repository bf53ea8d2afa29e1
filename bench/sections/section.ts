import type { ClientInfo } from '../clients/client-info.ts'
import type { Sample, Task } from '../commands/command.ts'

export const sectionNames = [
  'streaming',
  'tools',
  'concurrent',
  'first-delta',
  'cancel',
  'memory',
  'slow-sink',
  'bytes',
  'sqlite',
  'opening',
  'replay',
  'import',
  'install',
  'bundle',
  'bundle-parts',
  'types',
] as const

export type SectionName = (typeof sectionNames)[number]

/** A figure that comes of comparing another with the same one of the base, round by round. */
export interface Comparison {
  readonly figure: string
  readonly of: string
  readonly by: 'ratio' | 'difference'
}

/** How a figure is shown. */
export interface Column {
  readonly figure: string
  readonly label: string
  readonly digits: number
}

/** The same work for several clients. */
export interface Case {
  readonly name: string
  readonly takes: (client: ClientInfo) => boolean
  /** What a worker does, or what is measured without one. */
  readonly work: { readonly task: Task } | { readonly measure: (client: ClientInfo) => Promise<Sample> }
  /** Whether each sample has a process of its own. Default false: one for all, warmed up. */
  readonly isFresh?: boolean
  /** How large the heap of its process may be, in MB, beside what is young. Default: as Node has it. */
  readonly heapMB?: number
  /** Rounds before those that count. Default 2: too few where the work is short, as a compiler's threads are still busy with it. */
  readonly warmUps?: number
  /** Where more rounds would tell nothing, or take too long. */
  readonly maxRounds?: number
  /** Left out of quick runs. */
  readonly isLong?: boolean
}

/** A chapter of the report. */
export interface Section {
  readonly name: SectionName
  readonly title: string
  /** What is done and what the figures are, for readers. */
  readonly prose: string
  /** The client that the others are compared with. */
  readonly base: string
  readonly comparisons: readonly Comparison[]
  /** Each is a table of clients and cases; of a section with one case all of them are one table. */
  readonly columns: readonly Column[]
  readonly cases: readonly Case[]
}

export const cpuRatio: Comparison = { figure: 'cpuRatio', of: 'cpuMs', by: 'ratio' }

export const cpuRatioColumn: Column = { figure: 'cpuRatio', label: 'CPU, times the floor', digits: 2 }

export const cpuColumn: Column = { figure: 'cpuMs', label: 'CPU, ms', digits: 2 }
