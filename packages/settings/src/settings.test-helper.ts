import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { anthropicProvider } from '@geppetto/provider-anthropic/settings'
import { elizaProvider } from '@geppetto/provider-eliza/settings'
import { openaiProvider } from '@geppetto/provider-openai/settings'
import { afterAll } from 'vitest'
import { type SettingsLayer, valuesLayer } from './layers/layer.ts'
import { createProviderRegistry } from './providers/registry.ts'
import { resolveSettings } from './resolve-settings.ts'
import type { ResolvedSettings } from './resolved-settings.ts'
import { isSettingsError } from './settings-error.ts'

/** Every provider that there is. */
export const providers = createProviderRegistry([openaiProvider, anthropicProvider, elizaProvider])

/** The files of the package's tests. */
export const fixtures: string = fileURLToPath(new URL('../fixtures', import.meta.url))

/** A folder of its own, which goes with the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-settings-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Writes a file that only its user can read, as one with keys must be. */
export function writeOwn(folder: string, name: string, text: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode })
  return path
}

/** Settings of these layers, with every provider. */
export function resolve(...layers: readonly SettingsLayer[]): ResolvedSettings {
  return resolveSettings(layers, { providers, home: '/home/somebody' })
}

/** Values of a program without types. */
export function untyped(values: object, place?: string): SettingsLayer {
  return valuesLayer({ ...values }, place)
}

/** What a call throws. */
export function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (isSettingsError(error)) return error.message
    throw error
  }
  throw new Error('nothing was thrown')
}
