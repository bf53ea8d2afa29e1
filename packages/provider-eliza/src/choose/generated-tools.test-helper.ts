import type { JsonObject, JsonValue, ToolDefinition } from '@geppetto/turns'

/** A tool that nobody has heard of, and ways to ask for it. */
export interface GeneratedTool {
  readonly tool: ToolDefinition
  /** Another prompt with other arguments each time. */
  ask(): { readonly prompt: string; readonly input: JsonObject }
}

interface Parameter {
  readonly name: string
  readonly schema: JsonObject
  readonly isRequired: boolean
  /** A value, and how it is said. */
  say(): { readonly value: JsonValue; readonly said: string }
}

/** Random numbers that are the same everywhere: mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const syllables = 'bar bom dax fen gol hib jun kaz lum mip nuv pog quo rix sab tev vok wim yar zub'.split(' ')
const ends = 'ak el im on up ot ix arn olk und'.split(' ')

/** Makes tools out of words that do not exist. */
export function generateTools(count: number, seed: number): readonly GeneratedTool[] {
  const random = createRandom(seed)
  const used = new Set<string>()
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] ?? unreachable()
  const word = (): string => {
    const made = pick(syllables) + pick(syllables) + pick(ends)
    if (used.has(made)) return word()
    used.add(made)
    return made
  }
  const large = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
  const integer = (below: number): number => 1 + Math.floor(random() * below)

  const parameter = (isRequired: boolean): Parameter => {
    const name = pick([word(), `${word()}_${word()}`, `${word()}${large(word())}`])
    const spoken = name
      .replace(/_/g, ' ')
      .replace(/(\p{Lu})/gu, ' $1')
      .toLowerCase()
    const of = (schema: JsonObject, say: Parameter['say']): Parameter => ({ name, schema, isRequired, say })
    const choices = [word(), word(), word()]
    return pick([
      () =>
        of({ type: 'string', description: `Which ${word()}` }, () => {
          const value = large(word())
          return { value, said: pick([`${spoken} ${value}`, `${spoken} "${value}"`, `${spoken}: ${value}`]) }
        }),
      () =>
        of({ type: 'integer', minimum: 1, maximum: 500 }, () => {
          const value = integer(500)
          return { value, said: pick([`${spoken} ${value}`, `${spoken} of ${value}`, `${spoken} = ${value}`]) }
        }),
      () =>
        of({ type: 'string', enum: choices }, () => {
          const value = pick(choices)
          return { value, said: pick([value, `${spoken} ${value}`]) }
        }),
      () =>
        of({ type: 'array', items: { type: 'string' }, description: `The ${word()}s` }, () => {
          const values = [large(word()), large(word()), large(word())]
          return { value: values, said: `${spoken} ${values[0]}, ${values[1]} and ${values[2]}` }
        }),
      () =>
        of({ type: 'array', items: { type: 'number' } }, () => {
          const values = [integer(90), integer(90) + 0.5, integer(90)]
          return { value: values, said: `${spoken} ${values[0]}, ${values[1]} and ${values[2]}` }
        }),
      () =>
        of({ type: 'string', description: 'Path of a file' }, () => {
          const value = `${word()}/${word()}.txt`
          return { value, said: `${spoken} ${value}` }
        }),
      () => {
        const [width, height] = [word(), word()]
        const properties = { [width]: { type: 'integer' }, [height]: { type: 'string' } }
        return of({ type: 'object', properties, required: [width, height] }, () => {
          const value = { [width]: integer(90), [height]: large(word()) }
          return { value, said: `${width} ${value[width]} with ${height} ${value[height]}` }
        })
      },
      () => of({ type: 'boolean' }, () => ({ value: true, said: spoken })),
      () =>
        of({ type: 'string', format: 'email' }, () => {
          const value = `${word()}@${word()}.example`
          return { value, said: `${spoken} ${value}` }
        }),
    ])()
  }

  return Array.from({ length: count }, () => {
    const [verb, noun] = [word(), word()]
    const name = pick([`${verb}_${noun}`, `${verb}${large(noun)}`, `${verb}-${noun}`])
    const parameters = [parameter(true), ...Array.from({ length: Math.floor(random() * 3) }, () => parameter(false))]
    const tool: ToolDefinition = {
      name,
      description: `${large(verb)}s a ${noun} so that it can ${word()}.`,
      inputSchema: {
        type: 'object',
        properties: Object.fromEntries(parameters.map((one) => [one.name, one.schema])),
        required: parameters.filter(({ isRequired }) => isRequired).map((one) => one.name),
      },
    }
    return {
      tool,
      ask() {
        const said = parameters
          .filter(({ isRequired }) => isRequired || random() < 0.5)
          .map((one) => ({ one, ...one.say() }))
        const order = pick([
          `Please ${verb} the ${noun} with`,
          `${large(verb)} the ${noun} with`,
          `Can you ${verb} a ${noun} with`,
          `I want you to ${verb} my ${noun} with`,
          `Use ${name} with`,
        ])
        return {
          prompt: `${order} ${said.map((part) => part.said).join(' with ')}`,
          input: Object.fromEntries(said.map(({ one, value }) => [one.name, value])),
        }
      },
    }
  })
}

function unreachable(): never {
  throw new Error('a list is empty')
}
