import { join } from 'node:path'
import { ownClients } from '../clients/catalogue.ts'
import type { Sample } from '../commands/command.ts'
import { bundleProgram, compressedKB, programName } from './bundle-program.ts'
import type { Section } from './section.ts'

const programs = { engineKB: 'engine /fetch', sessionKB: 'session /fetch' } as const

interface Part {
  readonly name: string
  /** By the path of a module below `packages/`. The first part that a module fits has it. */
  readonly modules: RegExp
}

const parts: readonly Part[] = [
  { name: 'context: abort, deadline, clock, ids', modules: /^context/ },
  { name: 'turns: blocks, validity, what nobody can change', modules: /^turns/ },
  { name: 'events: hub, sinks, folding', modules: /^events/ },
  { name: 'engine: transport, SSE, limits, blocks, errors', modules: /^engine\// },
  { name: 'provider: requests, decoder, hosts, errors', modules: /^provider-/ },
  { name: 'tools: definition, checks, execution', modules: /^tools/ },
  { name: 'enginebuilder, middleware: loop, retries', modules: /^(enginebuilder|middleware)/ },
  { name: 'session: history, runs, queue, settlement', modules: /^session/ },
]

/** How many bytes of a program are of each part, as its share of what is left of them compressed. */
async function weigh(clientName: string): Promise<ReadonlyMap<string, number>> {
  const program = ownClients.find(({ name }) => name === clientName)?.browserEntry ?? ''
  // The modules as they are built: of what is published each package is one file.
  const { outputFiles, metafile } = await bundleProgram(program, join(import.meta.dirname, '..'))
  const [path, output] = Object.entries(metafile.outputs).find(([, { entryPoint }]) =>
    entryPoint?.includes(programName),
  ) ?? ['']
  const contents = outputFiles.find((file) => file.path.replaceAll('\\', '/').endsWith(path))?.contents
  if (output === undefined || contents === undefined) throw new Error(`${clientName} has no bundle`)
  const ratio = compressedKB(contents) / output.bytes
  const weights = new Map<string, number>()
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const part = partOf(input)
    if (part !== undefined) weights.set(part.name, (weights.get(part.name) ?? 0) + bytesInOutput * ratio)
  }
  return weights
}

function partOf(input: string): Part | undefined {
  const module = input.split('packages/')[1]
  return module === undefined ? undefined : parts.find(({ modules }) => modules.test(module))
}

async function measure(part: string): Promise<Sample> {
  const figures: Record<string, number> = {}
  for (const [figure, client] of Object.entries(programs)) figures[figure] = (await weigh(client)).get(part) ?? 0
  return { figures }
}

export const bundleParts: Section = {
  name: 'bundle-parts',
  title: 'What the bundles are made of',
  prose: `The parts of the two programs by \`/fetch\`, in KB of the compressed bundle. The targets of 10 and 25 KB are missed by what the packages promise, and no part of
it is there without being used: less than a tenth are the texts of errors. What could go is code that answers for something: the hosts that differ from
OpenAI, the checks of options and turns, the kinds of failure told apart, the keys kept out of errors. It is not loaded later either, as most of it is for
the moments in which a program has no network to load it by; only the vendors' SDKs are. The rest of the way is what keeps a session in a store, which comes
with every session.`,
  base: '',
  comparisons: [],
  columns: [
    { figure: 'engineKB', label: 'engine, gzip, KB', digits: 1 },
    { figure: 'sessionKB', label: 'session, gzip, KB', digits: 1 },
  ],
  cases: parts.map(({ name }) => ({
    name,
    takes: (client) => client.name === programs.sessionKB,
    work: { measure: () => measure(name) },
    maxRounds: 1,
  })),
}
