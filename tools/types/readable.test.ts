import { expect, it } from 'vitest'
import { compile } from './compile.ts'
import { imports } from './program.ts'

const program = `${imports}
export const weather = defineTool({
  ...named,
  input: z.object({ city: z.string(), days: z.number().default(1) }),
  output: z.object({ celsius: z.number() }),
  execute: async () => ({ celsius: 21 }),
})
export const elsewhere = defineTool({ ...named, input: type({ city: 'string', 'days?': 'number' }) })
export const plain = defineTool({ ...named, input: jsonSchema({ type: 'object' }), execute: () => 'sunny' })
export const registry = createToolRegistry([weather, elsewhere])
export const scripted = createScriptedEngine([[{ text: 'Hi' }]])
export const sink = createGrammarSink()
export const store = createMemoryStore()
export const middleware = systemPrompt('Be brief.')
export const made = createEngineBuilder({ base: eliza(), tools: registry, eventSinks: [sink] })
export const handle = session.startInference()
export const settled = await handle.wait()
export const answer = parseOutput(settled, z.object({ days: z.array(z.number()) }))
export const order = defineEvent('acme.order', z.object({ id: z.string() }))
export const customer = defineKey('acme.customer', z.object({ id: z.string() }))
export const pendingOf = (result: RunResult) => (result.status === 'waiting' ? result.pending : undefined)
export const executionOf = (event: Event) => (event.type === 'tool-execution-finished' ? event : undefined)
export const callsOf = (turn: Turn) => turn.blocks.filter((block) => block.kind === 'tool-call')
`

it('what an editor shows of the things that a program makes are names, and what the user wrote', async () => {
  const { errors, declarations } = await compile({ program }, { declarations: true })
  expect(errors.get('program')).toBeUndefined()
  const shown = declarations.get('program')?.replaceAll(/import\("@geppetto\/([a-z-]+)"\)\./g, '')
  expect(shown?.slice(shown.indexOf('export declare'))).toMatchInlineSnapshot(`
    "export declare const weather: Tool<{
        city: string;
        days: number;
    }, {
        celsius: number;
    }>;
    export declare const elsewhere: Tool<{
        city: string;
        days?: number;
    }, unknown>;
    export declare const plain: Tool<unknown, string>;
    export declare const registry: ToolRegistry;
    export declare const scripted: ScriptedEngine;
    export declare const sink: GrammarSink;
    export declare const store: SessionStore;
    export declare const middleware: Middleware;
    export declare const made: EngineBuilder;
    export declare const handle: ExecutionHandle;
    export declare const settled: RunResult;
    export declare const answer: {
        days: number[];
    };
    export declare const order: EventDefinition<{
        id: string;
    }>;
    export declare const customer: DataKey<{
        id: string;
    }>;
    export declare const pendingOf: (result: RunResult) => readonly ToolCallBlock[] | undefined;
    export declare const executionOf: (event: Event) => ToolExecutionFinishedEvent | undefined;
    export declare const callsOf: (turn: Turn) => ToolCallBlock[];
    "
  `)
})
