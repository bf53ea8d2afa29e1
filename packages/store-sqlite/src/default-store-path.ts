import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'
import { SessionError } from '@geppetto/session'
import { quote } from '@geppetto/turns'

/** The machine, as far as it says where a user's data belongs. */
interface Machine {
  readonly platform: NodeJS.Platform
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Where the sessions of an application belong: `sessions.sqlite` in a folder of its own in the user's data folder, which is `XDG_DATA_HOME`
 * (`~/.local/share`), `~/Library/Application Support` or `%LOCALAPPDATA%`. Nothing is made there.
 * @throws SessionError `invalid_options` when `app` is no plain name for a folder
 */
export function defaultStorePath(app: string, machine: Machine = thisMachine()): string {
  if (typeof app !== 'string' || !/^[^./\\:*?"<>|\0][^/\\:*?"<>|\0]*$/u.test(app))
    throw new SessionError('invalid_options', `an app is named by a plain folder name, and ${quote(app)} is none`, {
      field: 'app',
    })
  const { join } = machine.platform === 'win32' ? win32 : posix
  return join(dataFolder(machine), app, 'sessions.sqlite')
}

function dataFolder({ platform, home, env }: Machine): string {
  switch (platform) {
    case 'win32':
      return env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local')
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support')
    default: {
      // A relative path is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
      const chosen = env.XDG_DATA_HOME ?? ''
      return posix.isAbsolute(chosen) ? chosen : posix.join(home, '.local', 'share')
    }
  }
}

function thisMachine(): Machine {
  return { platform: process.platform, home: homedir(), env: process.env }
}
