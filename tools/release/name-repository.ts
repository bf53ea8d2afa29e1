// Before publishing: says in each package where its sources are, as npm compares that with the provenance of what is published.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishedPackages, readText, root } from '../workspace.ts'

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
if (server === undefined || name === undefined) throw new Error('packages are published by the release workflow alone')

for (const { folder } of publishedPackages()) {
  const path = `${folder}/package.json`
  const repository = { type: 'git', url: `git+${server}/${name}.git`, directory: folder }
  writeFileSync(join(root, path), `${JSON.stringify({ ...JSON.parse(readText(path)), repository }, null, 2)}\n`)
}
