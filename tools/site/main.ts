// `npm run docs`: builds the site of the documents and checks its links; with --serve it is shown afterwards.
import { buildSite, serveSite, siteFolder } from './build-site.ts'

const dead = buildSite()
for (const link of dead) console.error(`dead link: ${link}`)
if (dead.length > 0) process.exit(1)
console.error(`the site is in ${siteFolder}`)
if (process.argv.includes('--serve')) serveSite()
