import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Where a disk of 1 MB is, until the tests of the file are over; undefined, with a line that says so, where this user may mount none. */
export function mountSmallDisk(): { readonly folder: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-small-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  if (status !== 0) {
    rmdirSync(folder)
    process.stdout.write(
      'no disk of 1 MB can be mounted here: that a disk is full in the middle of a run is not tested\n',
    )
    return undefined
  }
  afterAll(() => {
    spawnSync('umount', [folder])
    rmdirSync(folder)
  })
  return { folder }
}
