// Before @geppetto/migrate is packed, in its folder: the pages that its links lead to come along.
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../workspace.ts'

const target = join(process.cwd(), 'playbook')
await rm(target, { recursive: true, force: true })
await cp(join(root, 'docs/migration'), target, { recursive: true })
