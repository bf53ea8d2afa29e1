import { type CommandLine, defineCommandLine, type ParsedCommandLine, SettingsError } from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import { providers } from 'engine-choice'

/** What the command line says of the app; the rest is settings. */
export interface WebchatOptions {
  /** 0: any that is free. */
  readonly port: number
  /** Default: the usual file. */
  readonly storePath?: string
  readonly hasTools: boolean
}

const defaultPort = 4280

/** The command line: the app's own flags, and those of all settings. */
export const commandLine: CommandLine = defineCommandLine(providers, [
  {
    title: 'Web chat',
    flags: {
      port: { type: 'string', value: 'N', help: `The port; 0 for any that is free. Default ${defaultPort}.` },
      store: { type: 'string', value: 'FILE', help: 'Keep the sessions in this file. Default: one of your own.' },
      'no-tools': { type: 'boolean', help: 'Offer no tools.' },
    },
  },
])

/** @throws SettingsError where a value cannot be used */
export function optionsOf({ given, words }: ParsedCommandLine): WebchatOptions {
  if (words.length > 0)
    throw new SettingsError([{ code: 'bad_value', message: `what is ${words[0]}? --help shows the flags` }])
  const port = Number(given.get('port') ?? defaultPort)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SettingsError([
      { code: 'bad_value', message: `--port must be from 0 to 65535, not ${given.get('port')}` },
    ])
  return { port, hasTools: !given.has('no-tools'), ...defined({ storePath: given.get('store') }) }
}
