import { gzipSync } from 'node:zlib'
import { type BuildResult, build } from 'esbuild'

/** What was bundled of a program: the files, and what is in each. */
export type Bundle = BuildResult<{ write: false; metafile: true }>

/** The name of the program in what esbuild tells of a bundle. */
export const programName = 'stdin'

/** Bundles a program for the browser. Node's own modules count as absent. */
export function bundleProgram(program: string, home: string): Promise<Bundle> {
  return build({
    stdin: { contents: program, resolveDir: home, loader: 'js' },
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

export function compressedKB(contents: Uint8Array): number {
  return gzipSync(contents, { level: 9 }).length / 1_024
}
