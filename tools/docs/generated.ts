// Each block becomes a module of this private package, which depends on all that the documents may import.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Block } from './blocks.ts'

const folder = join(import.meta.dirname, 'generated')

export function fileOf({ document, number }: Block): string {
  return join(folder, nameOf(document, number))
}

function nameOf(document: string, number: number): string {
  return `${document.replace(/\.md$/, '').replaceAll(/[/\\]/g, '--')}-${number}.ts`
}

/** Writes the modules and removes those of blocks that are gone. */
export function writeModules(blocks: readonly Block[]): void {
  mkdirSync(folder, { recursive: true })
  const names = new Set(blocks.map(({ document, number }) => nameOf(document, number)))
  for (const name of readdirSync(folder)) if (!names.has(name)) rmSync(join(folder, name))
  // Blank lines above make line numbers in errors those of the document.
  for (const block of blocks) writeFileSync(fileOf(block), `${'\n'.repeat(block.line - 1)}${block.code}\n`)
}

/** Makes what a tool says about a module say it about the document. */
export function nameDocument(block: Block, text: string): string {
  const file = fileOf(block)
  return text.replaceAll(`file://${file}`, block.document).replaceAll(file, block.document)
}
