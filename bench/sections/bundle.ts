import type { Metafile } from 'esbuild'
import type { ClientInfo } from '../clients/client-info.ts'
import type { Sample } from '../commands/command.ts'
import { bundleProgram, compressedKB, programName } from './bundle-program.ts'
import { homeOf } from './home.ts'
import type { Section } from './section.ts'

async function measure(client: ClientInfo): Promise<Sample> {
  return { figures: { ...(await weighBundle(client.browserEntry ?? '', await homeOf(client))) } }
}

/** What of a program for browsers loads at once, and what it may load later, in KB. */
export interface BundleWeight {
  readonly minifiedKB: number
  readonly compressedKB: number
  readonly laterKB: number
}

/** Bundles a program as a user does who has the packages in `home`. */
export async function weighBundle(program: string, home: string): Promise<BundleWeight> {
  const { outputFiles, metafile } = await bundleProgram(program, home)
  const atOnce = loadedAtOnce(metafile)
  const figures = { minifiedKB: 0, compressedKB: 0, laterKB: 0 }
  for (const { path, contents } of outputFiles) {
    const isAtOnce = [...atOnce].some((output) => path.replaceAll('\\', '/').endsWith(output))
    if (isAtOnce) figures.minifiedKB += contents.length / 1_024
    figures[isAtOnce ? 'compressedKB' : 'laterKB'] += compressedKB(contents)
  }
  return figures
}

/** The entry and what it imports, and not what it may load later. */
function loadedAtOnce({ outputs }: Metafile): Set<string> {
  const loaded = new Set<string>()
  const visit = (name: string): void => {
    const output = outputs[name]
    if (output === undefined || loaded.has(name)) return
    loaded.add(name)
    for (const { kind, path } of output.imports) if (kind === 'import-statement') visit(path)
  }
  for (const [name, { entryPoint }] of Object.entries(outputs)) if (entryPoint?.includes(programName)) visit(name)
  return loaded
}

export const bundling: Section = {
  name: 'bundle',
  title: 'Browser bundle',
  prose: `A program for the browser, bundled with esbuild, minified; with one adapter, for Chat Completions. That of \`engine\` makes a turn and has it answered, that
of \`session\` has a conversation with tools; each imports what it needs for that, and nothing else.`,
  base: '',
  comparisons: [],
  columns: [
    { figure: 'compressedKB', label: 'gzip, KB', digits: 1 },
    { figure: 'minifiedKB', label: 'minified, KB', digits: 0 },
    { figure: 'laterKB', label: 'loaded later, gzip, KB', digits: 0 },
  ],
  cases: [{ name: 'bundle', takes: ({ browserEntry }) => browserEntry !== undefined, work: { measure }, maxRounds: 1 }],
}
