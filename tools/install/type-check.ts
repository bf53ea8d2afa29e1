// Type-checks projects as a user's compiler does who asks for all of it: also what the packages' own declarations import.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../workspace.ts'

export type Resolution = 'nodenext' | 'bundler'

/** What the compiler says of the programs in a folder and below it, one line for each error. */
export async function typeCheck(folder: string, resolution: Resolution): Promise<string[]> {
  const config = join(folder, `tsconfig.${resolution}.json`)
  await writeFile(config, JSON.stringify(project(resolution)))
  const output = await new Promise<string>((resolve, reject) => {
    const compiler = join(root, 'node_modules/.bin/tsc')
    execFile(compiler, ['-p', config, '--pretty', 'false'], { cwd: folder }, (error, stdout, stderr) => {
      // Without output it failed for another reason than errors in the programs.
      if (error && stdout === '') reject(new Error(`tsc: ${stderr || error.message}`))
      else resolve(stdout)
    })
  })
  return output.split('\n').filter((line) => line.includes('error TS'))
}

function project(resolution: Resolution): object {
  return {
    compilerOptions: {
      target: 'es2024',
      module: resolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution: resolution,
      lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    },
    include: ['**/example-*.ts', '**/main.ts', ...(resolution === 'nodenext' ? ['**/example-*.cts'] : [])],
    exclude: ['**/node_modules', 'store'],
  }
}
