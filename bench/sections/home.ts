import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packAll } from '../../tools/pack/pack.ts'
import { unpack } from '../../tools/pack/unpack.ts'
import { publishedPackages } from '../../tools/workspace.ts'
import type { ClientInfo } from '../clients/client-info.ts'

let own: Promise<string> | undefined

/** The folder from which the packages of a client are found: ours as they would be published, packed and unpacked. */
export function homeOf({ level }: Pick<ClientInfo, 'level'>): Promise<string> {
  if (level === 'peer') return Promise.resolve(join(import.meta.dirname, '..', 'peers'))
  own ??= packOwn()
  return own
}

async function packOwn(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'geppetto-home-'))
  process.once('exit', () => rmSync(home, { recursive: true }))
  const tarballs = await packAll()
  for (const found of publishedPackages()) await unpack(found, tarballs.get(found.manifest.name) ?? '', home)
  return home
}
