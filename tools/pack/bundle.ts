// Before a package is packed, in its folder: each of its entries becomes one file, and what two of them share another one.
// A module costs its reader half a millisecond, and the packages have hundreds.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { entriesOf, publishedPackages, root } from '../workspace.ts'

// Only pnpm puts `publishConfig.exports` in the place of `exports`, and versions in that of `workspace:`.
if (process.env.npm_config_user_agent?.startsWith('npm/'))
  throw new Error('npm would publish entries that are not there: pack and publish with pnpm')

const found = publishedPackages().find(({ folder }) => join(root, folder) === process.cwd())
if (found === undefined) throw new Error(`to be run in the folder of a published package, not in ${process.cwd()}`)

const outdir = join(root, found.folder, 'bundle')
await rm(outdir, { recursive: true, force: true })
await build({
  entryPoints: entriesOf(found).map(({ source }) => join(root, source)),
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'shared-[hash]',
  packages: 'external',
  platform: 'neutral',
  format: 'esm',
  target: 'es2024',
  // The sources are in the package too.
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
})
