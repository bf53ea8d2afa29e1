import { describe, expect, it } from 'vitest'
import { defaultStorePath } from './default-store-path.ts'

const on = (platform: NodeJS.Platform, home: string, env: Record<string, string> = {}) => ({ platform, home, env })

describe('the default path of a store', () => {
  it.each([
    [on('linux', '/home/me'), '/home/me/.local/share/chat/sessions.sqlite'],
    [on('linux', '/home/me', { XDG_DATA_HOME: '/data' }), '/data/chat/sessions.sqlite'],
    [on('linux', '/home/me', { XDG_DATA_HOME: 'relative' }), '/home/me/.local/share/chat/sessions.sqlite'],
    [on('linux', '/home/me', { XDG_DATA_HOME: '' }), '/home/me/.local/share/chat/sessions.sqlite'],
    [on('darwin', '/Users/me'), '/Users/me/Library/Application Support/chat/sessions.sqlite'],
    [on('win32', 'C:\\Users\\me', { LOCALAPPDATA: 'D:\\Local' }), 'D:\\Local\\chat\\sessions.sqlite'],
    [on('win32', 'C:\\Users\\me'), 'C:\\Users\\me\\AppData\\Local\\chat\\sessions.sqlite'],
  ])('lies in the data folder of the user: %#', (machine, path) => {
    expect(defaultStorePath('chat', machine)).toBe(path)
  })

  it('is absolute on this machine', () => {
    expect(defaultStorePath('chat')).toMatch(/^([A-Z]:\\|\/).*chat/)
  })

  it.each(['', '.', '..', '../up', 'a/b', 'a\\b', 'C:', 'a\0'])('refuses %j as the name of an app', (app) => {
    expect(() => defaultStorePath(app)).toThrow(/plain folder name/)
  })

  it.each([undefined, null, 5])('refuses what is no text: %j', (app) => {
    expect(() => Reflect.apply(defaultStorePath, undefined, [app])).toThrow(
      expect.objectContaining({ code: 'invalid_options', field: 'app' }),
    )
  })
})
