// Bundles a program for browsers, as the tools do that people use for it, and runs it as a page would.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build as buildByEsbuild } from 'esbuild'
import { build as buildByVite } from 'vite'
import { runNode } from './run-node.ts'

export const bundlers = ['esbuild', 'vite'] as const

/** Resolves to what the program printed. */
export async function runInBrowser(bundler: (typeof bundlers)[number], folder: string, file: string): Promise<string> {
  const bundled = await bundleForBrowsers(bundler, folder, file)
  // Taken away for the program alone: Node's own fetch needs them.
  await writeFile(bundled, `const ${withoutNode.join(', ')};${await readFile(bundled, 'utf8')}`)
  // A page has no end: what still listens is none of the program's business.
  const page = `await import(${JSON.stringify(pathToFileURL(bundled).href)}); process.exit()`
  return await runNode(['--input-type=module', '-e', page], folder)
}

/** What only Node has is not there, as in a page. */
const withoutNode = ['process', 'Buffer', 'global', 'setImmediate', 'require'].map((name) => `${name} = undefined`)

async function bundleForBrowsers(bundler: (typeof bundlers)[number], folder: string, file: string): Promise<string> {
  const out = join(folder, bundler)
  const bundled = join(out, `${file}.mjs`)
  if (bundler === 'esbuild')
    await buildByEsbuild({
      entryPoints: [join(folder, `${file}.ts`)],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2024',
      outfile: bundled,
      logLevel: 'silent',
    })
  else
    await buildByVite({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: {
        target: 'es2024',
        outDir: out,
        emptyOutDir: false,
        rollupOptions: {
          input: join(folder, `${file}.ts`),
          output: { entryFileNames: `${file}.mjs`, chunkFileNames: '[name]-[hash].mjs' },
        },
      },
    })
  return bundled
}
