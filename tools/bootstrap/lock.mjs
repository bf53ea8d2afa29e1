// One set-up at a time per clone: `npm start` and `npm test` may be started together.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './process.mjs'
import { home } from './toolchain.mjs'

const path = join(home, 'lock')
const POLL_MS = 100
/** No set-up takes this long; a lock this old was left behind, even if its process id is in use again. */
const STALE_MS = 15 * 60 * 1000

/** Runs `task` while holding the lock. */
export async function withLock(task) {
  await acquire()
  process.on('exit', release)
  try {
    return await task()
  } finally {
    process.off('exit', release)
    release()
  }
}

async function acquire() {
  mkdirSync(home, { recursive: true })
  for (let told = false; ; ) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = readHolder()
    if (holder === undefined) continue
    if (!told) say(`waiting for the set-up of process ${holder}`)
    told = true
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** The process that holds the lock; undefined when it is free, also because a stale one was removed. */
function readHolder() {
  try {
    const holder = Number(readFileSync(path, 'utf8'))
    const age = Date.now() - statSync(path).mtimeMs
    // An empty file is one that is being written.
    if ((holder === 0 || isAlive(holder)) && age < STALE_MS) return holder
    rmSync(path, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  return undefined
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function release() {
  rmSync(path, { force: true })
}
