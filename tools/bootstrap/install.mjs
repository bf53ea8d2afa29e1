// Dependencies: all of them, or only what building and running the chat needs. A stamp of the inputs makes the second time free.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run, say } from './process.mjs'
import { root } from './toolchain.mjs'

const stampPath = join(root, 'node_modules', '.geppetto', 'install.json')

export function isInstalled(scope) {
  const stamp = readStamp()
  if (stamp?.inputs !== hashInputs()) return false
  return (stamp.scope === 'all' || stamp.scope === scope) && hasFolders(stamp.scope)
}

export async function ensureInstalled(scope, environment) {
  if (isInstalled(scope)) return
  // A full install, also one made by hand, is never narrowed: that would take the tools of other commands away.
  const full = scope === 'all' || readStamp()?.scope === 'all' || isForeignInstall()
  say(full ? 'installing the dependencies' : 'installing what the chat needs')
  // --prod and not --filter: pnpm 12 installs all tools of the root with any filter, but leaves them out with --prod.
  // What building needs, also the optional peers of subpaths, is therefore a dependency of the root.
  const args = ['install', '--frozen-lockfile', '--loglevel=warn', ...(full ? [] : ['--prod'])]
  await run('pnpm', args, {
    environment,
    what: 'installing (after a change of a package.json: npm run x -- pnpm install)',
  })
  mkdirSync(dirname(stampPath), { recursive: true })
  writeFileSync(stampPath, JSON.stringify({ scope: full ? 'all' : scope, inputs: hashInputs() }))
}

function isForeignInstall() {
  return existsSync(join(root, 'node_modules', '.modules.yaml')) && !readStamp()
}

function readStamp() {
  return existsSync(stampPath) ? JSON.parse(readFileSync(stampPath, 'utf8')) : undefined
}

function workspaceFolders() {
  const children = (parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
  const folders = [...children('packages'), ...children('apps'), 'tools/docs', 'bench']
  return folders.filter((folder) => existsSync(join(root, folder, 'package.json'))).sort()
}

function hashInputs() {
  const manifests = workspaceFolders().map((folder) => `${folder}/package.json`)
  const hash = createHash('sha256')
  for (const path of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

/** A folder deleted by hand must be noticed, or its package would fail in a way nobody understands. */
function hasFolders(scope) {
  const folders = scope === 'all' ? ['.', ...workspaceFolders().filter(hasDependencies)] : ['.', 'apps/chat']
  return folders.every((folder) => existsSync(join(root, folder, 'node_modules')))
}

function hasDependencies(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length > 0
}
