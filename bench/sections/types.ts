import { appWithTools } from '../../tools/types/app-with-tools.ts'
import { compile } from '../../tools/types/compile.ts'
import type { Sample } from '../commands/command.ts'
import type { Section } from './section.ts'

const toolCount = 200

async function measure(): Promise<Sample> {
  const few = await compile({ app: appWithTools(1) })
  const many = await compile({ app: appWithTools(toolCount) })
  const errors = few.errors.size + many.errors.size
  const figures = {
    checkMs: many.checkMs,
    perToolMs: (many.checkMs - few.checkMs) / (toolCount - 1),
    instantiations: many.instantiations,
  }
  return { figures, ...(errors === 0 ? undefined : { fault: 'the program has type errors' }) }
}

export const types: Section = {
  name: 'types',
  title: 'Type-checking',
  prose:
    'A program with 200 tools, each with zod schemas of its own for input and output, in one builder: what the compiler takes to check it.',
  base: '',
  comparisons: [],
  columns: [
    { figure: 'checkMs', label: 'check, ms', digits: 0 },
    { figure: 'perToolMs', label: 'for each tool, ms', digits: 2 },
    { figure: 'instantiations', label: 'instantiations', digits: 0 },
  ],
  cases: [{ name: '200 tools', takes: ({ name }) => name === 'session /fetch', work: { measure } }],
}
