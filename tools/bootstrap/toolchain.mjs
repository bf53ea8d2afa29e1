// Node (only when the running one does not do) and pnpm, as npm packages in .toolchain/, checked against pinned hashes.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitWith, say } from './process.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const home = join(root, '.toolchain')
const bins = join(root, 'node_modules', '.bin')
const windows = process.platform === 'win32'
const platform = `${process.platform}-${process.arch}`

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const pins = JSON.parse(readFileSync(join(root, 'tools', 'toolchain.json'), 'utf8'))
const pnpmVersion = manifest.packageManager.replace(/^pnpm@/, '').replace(/\+.*$/, '')

/** The folders of node and pnpm, or undefined if something has to be fetched first. */
export function findToolchain() {
  const node = runningNodeDoes() ? dirname(process.execPath) : nodeFolder()
  const pnpm = pnpmFolder()
  return node && existsSync(node) && pnpm ? { node, pnpm } : undefined
}

/** The same, fetching what is missing. */
export function fetchToolchain() {
  if (!runningNodeDoes()) {
    const pin = pins.node[platform]
    const floor = manifest.engines.node
    if (!pin) exitWith(`Node ${process.versions.node} is not ${floor}, and none is pinned for ${platform}: install one`)
    fetchPackage(pin.package, pin.version)
  }
  fetchPackage('pnpm', pnpmVersion)
  return findToolchain() ?? exitWith(`pnpm ${pnpmVersion} has no binary for ${platform}`)
}

export function toolEnvironment({ node, pnpm }) {
  const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  const registry = environment.npm_config_registry
  if (registry && !environment.PNPM_CONFIG_REGISTRY) environment.PNPM_CONFIG_REGISTRY = registry
  const name = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  environment[name] = [node, pnpm, bins, environment[name]].join(delimiter)
  // They name the outer npm and its Node; pnpm and turbo would follow them.
  for (const key of ['npm_execpath', 'npm_node_execpath', 'NODE']) delete environment[key]
  return environment
}

/** So that `npx vitest` and the scripts in node_modules/.bin find the same Node and pnpm on an old machine. */
export function linkTools({ node, pnpm }) {
  if (windows || !existsSync(bins)) return
  if (!runningNodeDoes()) link(join(node, 'node'), join(bins, 'node'))
  link(join(pnpm, 'pnpm'), join(bins, 'pnpm'))
}

function link(target, path) {
  const wanted = relative(dirname(path), target)
  if (existsSync(path) && readlinkSync(path) === wanted) return
  rmSync(path, { force: true })
  symlinkSync(wanted, path)
}

function runningNodeDoes() {
  const floor = manifest.engines.node.replace(/^>=/, '').split('.').map(Number)
  const running = process.versions.node.split('.').map(Number)
  // Odd majors never become long-term releases; vitest and others refuse them.
  if (running[0] % 2 === 1) return false
  const different = running.findIndex((part, index) => part !== floor[index])
  return different === -1 || running[different] > floor[different]
}

function nodeFolder() {
  const pin = pins.node[platform]
  return pin && join(packageFolder(pin.package, pin.version), 'node_modules', pin.package, 'bin')
}

/** pnpm's native binary; it comes as a package of its own for each platform. */
function pnpmFolder() {
  const scope = join(packageFolder('pnpm', pnpmVersion), 'node_modules', '@pnpm')
  const name = existsSync(scope) && readdirSync(scope).find((entry) => entry.startsWith('exe.'))
  return name ? join(scope, name) : undefined
}

function packageFolder(name, version) {
  return join(home, `${name.replace(/[@/]/g, '_')}-${version}`)
}

function fetchPackage(name, version) {
  const folder = packageFolder(name, version)
  if (existsSync(folder)) return
  say(`fetching ${name} ${version}`)
  const temporary = `${folder}.${process.pid}.tmp`
  mkdirSync(temporary, { recursive: true })
  npm([
    'install',
    '--prefix',
    temporary,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `${name}@${version}`,
  ])
  verifyHashes(temporary)
  renameSync(temporary, folder)
}

function npm(args) {
  const script = process.env.npm_execpath
  const [command, first] = /npm-cli\.[cm]?js$/.test(script ?? '') ? [process.execPath, [script]] : ['npm', []]
  const result = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: windows && command === 'npm',
  })
  if (result.error) exitWith(`npm: ${result.error.message}`)
  if (result.status !== 0)
    exitWith(`npm could not fetch ${args.at(-1)}; is a package registry reachable?`, result.status ?? 1)
}

function verifyHashes(folder) {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'))
  for (const [path, entry] of Object.entries(lock.packages)) {
    const key = `${path.slice('node_modules/'.length)}@${entry.version}`
    const pinned = pins.integrity[key]
    if (!pinned) say(`note: no hash is pinned for ${key}`)
    else if (pinned !== entry.integrity) exitWith(`the hash of ${key} is ${entry.integrity}, but ${pinned} is pinned`)
  }
}
