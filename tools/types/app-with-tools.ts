/** An app with so many tools, each with schemas of its own, all in one builder. */
export function appWithTools(count: number): string {
  const tools = Array.from(
    { length: count },
    (_, index) => `const tool${index} = defineTool({
  name: 'tool${index}',
  description: 'Number ${index}.',
  input: z.object({
    field${index}: z.string(),
    days: z.number().default(1),
    where: z.object({ city: z.string(), tags: z.array(z.string()).optional() }),
    unit: z.enum(['c', 'f']),
  }),
  output: z.object({ value${index}: z.number(), notes: z.array(z.string()) }),
  execute: async ({ field${index}, days, where }, ctx) => ({
    value${index}: field${index}.length + days,
    notes: [where.city, ...(where.tags ?? []), String(ctx.signal.aborted)],
  }),
})
export const use${index}: (input: { field${index}: string }) => unknown = (input) => tool${index}.input['~standard'].validate(input)
`,
  )
  return `import { createEngineBuilder } from '@geppetto/enginebuilder'
import { eliza } from '@geppetto/provider-eliza'
import { defineTool } from '@geppetto/tools'
import { z } from 'zod'
${tools.join('')}
export const builder = createEngineBuilder({ base: eliza(), tools: [${tools.map((_, index) => `tool${index}`).join(', ')}] })
`
}
