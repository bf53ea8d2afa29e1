import { parseArgs } from 'node:util'
import { type Guide, guides, isGuide } from './call-site.ts'
import { findCallSites } from './find-call-sites.ts'
import { skippedFolders } from './find-sources.ts'
import { formatReport, reportAsJson } from './format-report.ts'
import { defaultPlaybook } from './playbook.ts'

/** Where the command writes to: `process` is one. */
export interface CommandOutput {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

const help = `Usage: migrate [options] PATH…

Finds what the migration playbook of Geppetto for TypeScript replaces in Go, TypeScript and JavaScript
sources: Go geppetto's old lifecycle, loops over a vendor's SDK, the Vercel AI SDK, LangChain. Changes nothing.

  --only GUIDE     only one of ${guides.join(', ')}; may be given again
  --port           in Go also the calls of the session API, to bring a program to TypeScript
  --skip NAME      passes over files and folders of this name; may be given again
  --all            looks into what is skipped by default, too: ${skippedFolders.join(', ')},
                   folders whose names begin with a dot, *.min.js
  --json           prints a report for programs
  --playbook BASE  where the links lead to; default: the pages that came with this package
  --help           prints this

Links in the tree are not followed. The exit code is 0 where nothing is left to migrate, 1 where something is,
and 2 for what was asked wrongly, or where nothing was found but not all could be looked at.
`

/** Runs the command; resolves to its exit code. */
export async function runCommand(commandLine: readonly string[], { stdout, stderr }: CommandOutput): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...commandLine],
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true },
        port: { type: 'boolean' },
        skip: { type: 'string', multiple: true },
        all: { type: 'boolean' },
        json: { type: 'boolean' },
        playbook: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      stdout.write(help)
      return 0
    }
    if (positionals.length === 0) throw new Error('a PATH is missing')
    const { all = false, port = false, skip = [], only, playbook = defaultPlaybook() } = values
    const report = await findCallSites(positionals, { all, port, skip, only: only?.map(toGuide) ?? guides })
    stdout.write((values.json ? reportAsJson : formatReport)(report, playbook))
    if (report.sites.length > 0) return 1
    return report.unread.length > 0 ? 2 : 0
  } catch (error) {
    stderr.write(
      `migrate: ${error instanceof Error ? error.message : String(error)}\nmigrate --help says what there is.\n`,
    )
    return 2
  }
}

function toGuide(name: string): Guide {
  if (!isGuide(name)) throw new Error(`--only takes ${guides.join(', ')}, not ${name}`)
  return name
}
