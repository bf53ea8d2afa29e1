// One entry for a bare machine: Node 18 or newer and npm are all it needs.
//   node tools/bootstrap.mjs start [arguments]         the chat
//   node tools/bootstrap.mjs webchat [arguments]       the chat in the browser
//   node tools/bootstrap.mjs test [filter]             every check and test
//   node tools/bootstrap.mjs test-deep [filter]        the long tests
//   node tools/bootstrap.mjs test-live                 the tests against real providers
//   node tools/bootstrap.mjs generate adapter NAME     a new package: an adapter, or a store
//   node tools/bootstrap.mjs docs [--serve]            builds the site of the documents, checks its links, shows it
//   node tools/bootstrap.mjs bench [options]           measures, and compares with other toolkits
//   node tools/bootstrap.mjs bench-check [options]     fails where a target is missed
//   node tools/bootstrap.mjs bench-profile [what]      where the time goes
//   node tools/bootstrap.mjs exec <command> [args]     any command with the project's Node and pnpm
// Its own words go to stderr: stdout belongs to what it starts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, isInstalled } from './bootstrap/install.mjs'
import { withLock } from './bootstrap/lock.mjs'
import { exitWith, run, runAndExit, say } from './bootstrap/process.mjs'
import { fetchToolchain, findToolchain, linkTools, root, toolEnvironment } from './bootstrap/toolchain.mjs'

const CHAT = 'apps/chat'

/** Brings Node, pnpm and the dependencies of `scope` up to date; the fast path touches neither lock nor network. */
async function setUp(scope) {
  const found = findToolchain()
  if (found && (scope === 'none' || isInstalled(scope))) return toolEnvironment(found)
  return withLock(async () => {
    const tools = fetchToolchain()
    const environment = toolEnvironment(tools)
    if (scope !== 'none') await ensureInstalled(scope, environment)
    linkTools(tools)
    return environment
  })
}

async function start(args) {
  const environment = await setUp('chat')
  const main = join(root, CHAT, 'dist', 'main.js')
  if (!existsSync(main)) say('building the chat')
  const compiler = join(root, 'node_modules', '.bin', 'tsc')
  await withLock(() => run(compiler, ['-b', CHAT, '--pretty', 'false'], { environment, what: 'building the chat' }))
  // Some versions of Node say of their SQLite that it is experimental.
  await runAndExit('node', ['--disable-warning=ExperimentalWarning', main, ...args], environment)
}

async function webchat(args) {
  const environment = await setUp('all')
  const build = ['run', 'build', '--filter=webchat', '--output-logs=errors-only', '--no-color']
  await withLock(() => run('turbo', build, { environment, what: 'building the web chat' }))
  const main = join(root, 'apps', 'webchat', 'dist', 'server', 'main.js')
  await runAndExit('node', ['--disable-warning=ExperimentalWarning', main, ...args], environment)
}

async function execute([command, ...args]) {
  if (!command) exitWith('exec needs a command, for example: npm run x -- pnpm install')
  // pnpm itself must run on a checkout whose lock file is out of date: that is how it is brought up to date.
  const environment = await setUp(command === 'pnpm' ? 'none' : 'all')
  await runAndExit(command, args, environment)
}

async function check(args, extra = {}) {
  const environment = { ...(await setUp('all')), ...extra }
  await runAndExit('node', [join(root, 'tools', 'check', 'main.ts'), ...args], environment)
}

async function generate(args) {
  await runAndExit('node', [join(root, 'tools', 'generate', 'main.ts'), ...args], await setUp('all'))
}

/** Starts a program that looks at what users run: the built packages. */
async function withPackages(program, args) {
  const environment = await setUp('all')
  await withLock(() => run('tsc', ['-b', '--pretty', 'false'], { environment, what: 'building the packages' }))
  await runAndExit('node', [join(root, program), ...args], environment)
}

const jobs = {
  start,
  webchat,
  exec: execute,
  test: (args) => check(args),
  'test-deep': (args) => check(['--deep', ...args], { GEPPETTO_DEEP: '1' }),
  generate,
  docs: (args) => withPackages('tools/site/main.ts', args),
  bench: (args) => withPackages('bench/main.ts', args),
  'bench-check': (args) => withPackages('bench/main.ts', ['--check', ...args]),
  'bench-profile': (args) => withPackages('bench/profile/main.ts', args),
  'test-live': (args) => check(['.live.test', ...args], { GEPPETTO_LIVE: '1' }),
}

const [job, ...rest] = process.argv.slice(2)
if (!Object.hasOwn(jobs, job ?? '')) {
  const usage = readFileSync(new URL(import.meta.url), 'utf8')
    .match(/^\/\/ {3}.*$/gm)
    .join('\n')
  exitWith(`unknown job '${job ?? ''}'\n${usage}`)
}
await jobs[job](rest)
