import type { JsonObject, ToolDefinition } from '@geppetto/turns'
import { enumOf, type Field, fieldsOf, maxDepth, resolveSchema } from '../fill/schema.ts'
import { splitName, stem } from '../language/stem.ts'
import { genericWords, stopWords, synonymsOf } from '../language/words.ts'

/** A tool that is offered, as it is matched. */
export interface Offer {
  readonly tool: ToolDefinition
  readonly fields: readonly Field[]
  /** Stems of the words that name the tool and its parameters. */
  readonly names: ReadonlySet<string>
  /** What the descriptions name as examples, in lower case: values, not words about the tool. */
  readonly examples: ReadonlySet<string>
  /** Stems of the tool's own name, without words like "get". */
  readonly title: ReadonlySet<string>
  /** How much each word of a prompt says for the tool, by stem. */
  readonly weights: ReadonlyMap<string, number>
}

const weightOf = { title: 2, description: 1.5, parameter: 1, parameterDescription: 0.5, choice: 0.5 } as const
const maxWeight = 3
/** What a word says that only means the same. */
const synonymShare = 0.5

/** Reads a definition once, for all that is asked of it. */
export function readOffer(tool: ToolDefinition): Offer {
  const schema = resolveSchema(tool.inputSchema, tool.inputSchema)
  const fields = fieldsOf(schema, tool.inputSchema)
  const weights = new Map<string, number>()
  const synonyms = new Map<string, number>()
  const add = (words: readonly string[], weight: number): void => {
    for (const one of new Set(words)) {
      if (isEmpty(one)) continue
      weights.set(stem(one), Math.min(maxWeight, (weights.get(stem(one)) ?? 0) + weight))
      for (const other of synonymsOf(one)) synonyms.set(stem(other), weight * synonymShare)
    }
  }
  add(splitName(tool.name), weightOf.title)
  const all = withInner(fields, tool.inputSchema)
  const examples = new Set([tool.description, ...all.map(({ description }) => description)].flatMap(examplesIn))
  add(wordsOf(withoutExamples(tool.description)), weightOf.description)
  for (const field of all) {
    add(field.words, weightOf.parameter)
    add(wordsOf(withoutExamples(field.description)), weightOf.parameterDescription)
    add(choicesOf(field), weightOf.choice)
  }
  for (const [word, weight] of synonyms) if (!weights.has(word)) weights.set(word, weight)
  const title = new Set(
    splitName(tool.name)
      .filter((word) => !isEmpty(word))
      .map(stem),
  )
  const names = new Set([
    stem(tool.name),
    ...splitName(tool.name).map(stem),
    ...all.flatMap((field) => field.words.map(stem)),
  ])
  return { tool, fields, names, title, examples, weights }
}

/** The fields, and those of the objects in them: a prompt may name any. */
function withInner(fields: readonly Field[], root: JsonObject, depth = 0): readonly Field[] {
  if (depth >= maxDepth) return fields
  return fields.flatMap((field) => [field, ...withInner(fieldsOf(field.schema, root), root, depth + 1)])
}

function isEmpty(word: string): boolean {
  return word.length < 2 || stopWords.has(word) || genericWords.has(word)
}

/** A name behind a comma, "such as" or the like: `known cities: Paris, New York`. */
const example = /(?<=(?:such as|e\.g\.|for example|like|or|and|[,:(])\s*)\p{Lu}[\p{L}/_]*(?: \p{Lu}\p{L}*)*/gu

function examplesIn(description: string): readonly string[] {
  return (description.match(example) ?? []).map((found) => found.toLowerCase())
}

function withoutExamples(description: string): string {
  return description.replace(example, ' ')
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u)
    .filter((word) => word !== '')
}

function choicesOf(field: Field): readonly string[] {
  const values = enumOf(field.schema) ?? []
  return values.flatMap((value) => (typeof value === 'string' ? splitName(value) : []))
}
