import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { processTable, readIdentity } from './process-identity.ts'

const table = processTable()

describe.runIf(process.platform === 'linux')('on Linux', () => {
  const self = table.self ?? { scope: '', pid: 0 }

  it('a process knows itself, and that it lives', () => {
    expect(self.pid).toBe(process.pid)
    expect(self.startedAt).toMatch(/^\d+$/)
    expect(table.hasEnded(self)).toBe(false)
  })

  it('one that has got the number of another is not that other', () => {
    expect(table.hasEnded({ ...self, startedAt: '1' })).toBe(true)
  })

  it('one whose start nobody noted lives as long as its number', () => {
    const { startedAt: _, ...rest } = self
    expect(table.hasEnded(rest)).toBe(false)
  })

  it('one that has ended has ended, and of another boot or container nobody knows', () => {
    const { pid = 0 } = spawnSync(process.execPath, ['--version'])
    expect(table.hasEnded({ scope: self.scope, pid })).toBe(true)
    expect(table.hasEnded({ scope: `${self.scope}x`, pid })).toBe(false)
  })

  it('one that was stopped lives; one that was killed, and that nobody has waited for, does not', async () => {
    // The shell never waits for its child.
    const shell = spawn('sh', ['-c', `"${process.execPath}" -e "setInterval(() => {}, 1000)" & echo $!; exec sleep 60`])
    try {
      const [said] = await once(shell.stdout, 'data')
      const child = { scope: self.scope, pid: Number(String(said).trim()) }
      process.kill(child.pid, 'SIGSTOP')
      expect(table.hasEnded(child)).toBe(false)
      process.kill(child.pid, 'SIGKILL')
      while (!table.hasEnded(child)) await new Promise(setImmediate)
    } finally {
      shell.kill('SIGKILL')
    }
  })
})

describe('an identity that was stored', () => {
  it('is read back', () => {
    const identity = { scope: 's', pid: 3, startedAt: '4' }
    expect(readIdentity(JSON.parse(JSON.stringify(identity)))).toEqual(identity)
  })

  it.each([null, 3, {}, { scope: 's' }, { scope: 's', pid: 0 }, { scope: 's', pid: 1.5 }, { scope: 1, pid: 1 }])(
    'is none when it is %j',
    (value) => {
      expect(readIdentity(value)).toBeUndefined()
    },
  )
})
