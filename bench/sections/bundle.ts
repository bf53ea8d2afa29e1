import { gzipSync } from 'node:zlib'
import { type BuildResult, build, type Metafile } from 'esbuild'
import type { ClientInfo } from '../clients/client-info.ts'
import type { Sample } from '../commands/command.ts'
import { homeOf } from './home.ts'
import type { Section } from './section.ts'

const entryName = 'stdin'

/** Bundles a program for the browser: what loads at once, and what it may load later. Node's own modules count as absent. */
async function measure(client: ClientInfo): Promise<Sample> {
  const { outputFiles, metafile } = await bundle(client)
  const atOnce = loadedAtOnce(metafile)
  let minifiedKB = 0
  let compressedKB = 0
  let laterKB = 0
  for (const { path, contents } of outputFiles) {
    const compressed = gzipSync(contents, { level: 9 }).length / 1_024
    const isAtOnce = [...atOnce].some((output) => path.replaceAll('\\', '/').endsWith(output))
    if (isAtOnce) minifiedKB += contents.length / 1_024
    if (isAtOnce) compressedKB += compressed
    else laterKB += compressed
  }
  return { figures: { minifiedKB, compressedKB, laterKB } }
}

type Bundle = BuildResult<{ write: false; metafile: true }>

async function bundle(client: ClientInfo): Promise<Bundle> {
  return build({
    stdin: { contents: client.browserEntry ?? '', resolveDir: await homeOf(client), loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    splitting: true,
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
    external: ['node:*'],
    define: { 'process.env.NODE_ENV': '"production"' },
  })
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
  for (const [name, { entryPoint }] of Object.entries(outputs)) if (entryPoint?.includes(entryName)) visit(name)
  return loaded
}

export const bundling: Section = {
  name: 'bundle',
  title: 'Browser bundle',
  prose: 'A program for the browser, bundled with esbuild, minified; with one adapter, for Chat Completions.',
  base: '',
  comparisons: [],
  columns: [
    { figure: 'compressedKB', label: 'gzip, KB', digits: 1 },
    { figure: 'minifiedKB', label: 'minified, KB', digits: 0 },
    { figure: 'laterKB', label: 'loaded later, gzip, KB', digits: 0 },
  ],
  cases: [{ name: 'bundle', takes: ({ browserEntry }) => browserEntry !== undefined, work: { measure }, maxRounds: 1 }],
}
