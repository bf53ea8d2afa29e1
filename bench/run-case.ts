// All clients of a case in turn, round after round: what disturbs the machine disturbs them all alike.
import type { ClientInfo } from './clients/client-info.ts'
import type { Sample } from './commands/command.ts'
import type { Row } from './results.ts'
import type { Case, Section } from './sections/section.ts'
import { summarize } from './summarize.ts'
import { doTask, startWorker, type Worker } from './worker/start-worker.ts'

/** Rounds whose samples are thrown away, so that connections are open and long answers have compiled the code that they run. */
const usualWarmUps = 2

/** What the cases are run with. */
export interface Bench {
  readonly server: string
  readonly folder: string
  readonly rounds: number
}

/** One client's way through the rounds. */
interface Lane {
  readonly client: ClientInfo
  readonly sample: () => Promise<Sample>
  readonly stop: () => void
  readonly samples: Sample[]
  fault?: string
}

/** Measures the case with those of the clients that it takes. */
export async function runCase(
  section: Section,
  measured: Case,
  clients: readonly ClientInfo[],
  bench: Bench,
): Promise<Row[]> {
  const lanes = clients.filter(measured.takes).map((client) => openLane(measured, client, bench))
  const rounds = Math.min(bench.rounds, measured.maxRounds ?? bench.rounds)
  const warmUps = measured.warmUps ?? usualWarmUps
  const first = measured.isFresh === true || 'measure' in measured.work ? 0 : -warmUps
  for (let round = first; round < rounds; round++)
    for (const lane of rotated(lanes, round + warmUps)) await takeSample(lane, round >= 0)
  for (const lane of lanes) lane.stop()
  return summarize(section, measured.name, lanes)
}

/** Nobody always comes after the same one. */
function rotated<T>(list: readonly T[], by: number): T[] {
  const start = list.length === 0 ? 0 : by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

async function takeSample(lane: Lane, counts: boolean): Promise<void> {
  if (lane.fault !== undefined) return
  try {
    const sample = await lane.sample()
    if (sample.fault !== undefined) lane.fault = sample.fault
    if (counts) lane.samples.push(sample)
  } catch (error) {
    lane.fault = error instanceof Error ? error.message : String(error)
  }
}

function openLane({ work, isFresh, heapMB }: Case, client: ClientInfo, { server, folder }: Bench): Lane {
  const samples: Sample[] = []
  if ('measure' in work) return { client, samples, sample: () => work.measure(client), stop: () => undefined }
  let worker: Promise<Worker> | undefined
  const start = (): Promise<Worker> => startWorker(client, server, folder, heapMB)
  const stop = (): void => void worker?.then((started) => started.stop()).catch(() => undefined)
  const sample = async (): Promise<Sample> => {
    worker ??= start()
    const taken = await doTask(await worker, work.task)
    if (isFresh !== true) return taken
    stop()
    worker = undefined
    return taken
  }
  return { client, samples, sample, stop }
}
