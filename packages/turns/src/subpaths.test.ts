import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** The files that a program loads with this one. */
function loadedWith(entry: string): ReadonlySet<string> {
  const loaded = new Set<string>()
  const waiting = [new URL(entry, import.meta.url).href]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file)) continue
    loaded.add(file)
    const source = readFileSync(new URL(file), 'utf8')
    // What is imported for its types alone is not loaded.
    for (const [, specifier = ''] of source.matchAll(/^(?:import|export) (?!type )[^']*from '(\.[^']+)'/gm))
      waiting.push(new URL(specifier, file).href)
  }
  return loaded
}

const inFolder = (files: ReadonlySet<string>, folder: string) =>
  [...files].filter((file) => file.includes(`/src/${folder}/`))

describe('what is for conversations from elsewhere', () => {
  it('is not loaded with the rest', () => {
    const files = loadedWith('./index.ts')
    expect(files.size).toBeGreaterThan(20)
    expect([...inFolder(files, 'import'), ...inFolder(files, 'yaml')]).toEqual([])
  })

  it('is loaded each for itself', () => {
    expect(inFolder(loadedWith('./import.ts'), 'yaml')).toEqual([])
    expect(inFolder(loadedWith('./yaml.ts'), 'import').map((file) => file.replace(/.*\//, ''))).toEqual(['media.ts'])
  })
})
