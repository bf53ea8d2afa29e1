// Packages outside the workspace are installed by the command that needs them, from their own lock file: nobody else pays
// for them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Installs what the lock file of a folder says, where that is not there yet. */
export function installFrozen(folder: string, what: string): void {
  const wanted = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'node_modules', '.installed-lock.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error(`installing ${what}`)
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['ci', ...flags], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' })
  writeFileSync(stamp, wanted)
}
