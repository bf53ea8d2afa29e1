import { beforeAll, expect, it } from 'vitest'
import { type Compiled, compile } from './compile.ts'
import { imports } from './program.ts'

interface WrongUse {
  /** What somebody does, in a sentence. */
  readonly what: string
  readonly program: string
  /** What the compiler has to say about it: what is wrong, in words of ours, and where it can, what would be right. */
  readonly says: string
}

const wrongUses: readonly WrongUse[] = [
  {
    what: 'a builder without an engine',
    program: 'createEngineBuilder({ tools: [] })',
    says: "Property 'base' is missing in type '{ tools: never[]; }' but required in type 'EngineBuilderOptions'",
  },
  {
    what: 'a builder that is given the engine alone',
    program: 'createEngineBuilder(eliza())',
    says: "Property 'base' is missing in type 'Engine' but required in type 'EngineBuilderOptions'",
  },
  {
    what: 'an engine that was not called for',
    program: 'createEngineBuilder({ base: eliza })',
    says: "Type '(options?: ElizaOptions | undefined) => Engine' is not assignable to type 'Engine'",
  },
  {
    what: 'an option that is nearly right',
    program: 'createEngineBuilder({ base: eliza(), middleware: [] })',
    says: "'middleware' does not exist in type 'EngineBuilderOptions'. Did you mean to write 'middlewares'?",
  },
  {
    what: 'an option that there is not',
    program: 'createEngineBuilder({ base: eliza(), sinks: [] })',
    says: "'sinks' does not exist in type 'EngineBuilderOptions'",
  },
  {
    what: 'a function for a sink',
    program: 'createEngineBuilder({ base: eliza(), eventSinks: [(event: Event) => console.log(event)] })',
    says: "Type '(event: Event) => void' is not assignable to type 'EventSink'",
  },
  {
    what: 'a stream for a sink',
    program: 'createEngineBuilder({ base: eliza(), eventSinks: [process.stdout] })',
    says: "Property 'publish' is missing in type 'WriteStream & { fd: 1; }' but required in type 'EventSink'",
  },
  {
    what: 'an object for a sink that is none',
    program: 'createEngineBuilder({ base: eliza(), eventSinks: [{ onEvent() {} }] })',
    says: "'onEvent' does not exist in type 'EventSink'",
  },
  {
    what: 'a sink for events of its own only',
    program: "const mine: EventSink = { publish: (event: { type: 'mine' }) => console.log(event) }",
    says: `Type '"citation"' is not assignable to type '"mine"'`,
  },
  {
    what: 'a sink that is given to an engine',
    program: 'eliza({ eventSinks: [textPrinter(process.stdout)] })',
    says: "'eventSinks' does not exist in type 'ElizaOptions'",
  },
  {
    what: 'a sink in the place of the options of an engine',
    program: 'eliza(textPrinter(process.stdout))',
    says: "Type 'EventSink' has no properties in common with type 'ElizaOptions'",
  },
  {
    what: 'a list of sinks in the place of one',
    program: 'withEventSinks(ctx, [textPrinter(process.stdout)])',
    says: "Property 'publish' is missing in type 'EventSink[]' but required in type 'EventSink'",
  },
  {
    what: 'a tool without a schema of its input',
    program: "defineTool({ ...named, execute: () => 'sunny' })",
    says: "Property 'input' is missing in type '{ name: string; description: string; execute: () => string; }' but required in type 'ToolOptions<unknown, string>'",
  },
  {
    what: 'a tool by a plain JSON Schema',
    program: "defineTool({ ...named, input: { type: 'object', properties: {} }, execute: () => 'sunny' })",
    says: "'type' does not exist in type 'DescribedSchema<unknown, unknown>'",
  },
  {
    what: 'a tool by a schema that cannot say what it is',
    program: "defineTool({ ...named, input: v.object({ city: v.string() }), execute: () => 'sunny' })",
    says: "Property 'jsonSchema' is missing in type 'StandardProps<{ city: string; }, { city: string; }>' but required in type 'StandardJsonSchema<unknown, { city: string; }>'",
  },
  {
    what: 'an argument that the schema does not have',
    program: 'defineTool({ ...named, input: z.object({ city: z.string() }), execute: ({ town }) => town })',
    says: "Property 'town' does not exist on type '{ city: string; }'",
  },
  {
    what: 'an argument of another type',
    program:
      'defineTool({ ...named, input: z.object({ city: z.string() }), execute: (input: { city: number }) => input.city })',
    says: "Type 'string' is not assignable to type 'number'",
  },
  {
    what: 'an output that is not what was promised',
    program:
      "defineTool({ ...named, input: z.object({}), output: z.object({ celsius: z.number() }), execute: async () => ({ celsius: 'warm' }) })",
    says: "Type '{ celsius: string; }' is not assignable to type '{ celsius: number; }'",
  },
  {
    what: 'a time limit by another name',
    program: 'defineTool({ ...named, input: z.object({}), timeout: 5 })',
    says: "Did you mean to write 'timeoutMs'?",
  },
  {
    what: 'effects that there are not',
    program: "defineTool({ ...named, input: z.object({}), effects: 'some' })",
    says: `Type '"some"' is not assignable to type 'ToolEffects'`,
  },
  {
    what: 'a signal by the name that other libraries have for it',
    program: 'defineTool({ ...named, input: z.object({}), execute: (_, { abortSignal }) => String(abortSignal) })',
    says: "Property 'abortSignal' does not exist on type 'Context'",
  },
  {
    what: 'tools that were not defined',
    program: 'createEngineBuilder({ base: eliza(), tools: [{ ...named, input: z.object({}), execute: () => 1 }] })',
    says: "is missing the following properties from type 'Tool<unknown, unknown>': effects, definition",
  },
  {
    what: 'tools by name',
    program:
      'createEngineBuilder({ base: eliza(), tools: { weather: defineTool({ ...named, input: z.object({}) }) } })',
    says: "'weather' does not exist in type 'readonly Tool<unknown, unknown>[] | ToolRegistry'",
  },
  {
    what: 'a tool choice by name alone',
    program: "createEngineBuilder({ base: eliza(), toolConfig: { choice: 'weather' } })",
    says: `Type '"weather"' is not assignable to type 'ToolChoice | undefined'`,
  },
  {
    what: 'a text for a middleware',
    program: "createEngineBuilder({ base: eliza(), middlewares: ['Be brief.'] })",
    says: "Type 'string' is not assignable to type 'Middleware'",
  },
  {
    what: 'a middleware that returns nothing',
    program: "defineMiddleware('mine', (next) => async (ctx, turn) => { await next(ctx, turn) })",
    says: "Type 'Promise<void>' is not assignable to type 'Promise<Turn>'",
  },
  {
    what: 'an engine that knows no context',
    program:
      "const mine: Engine = { info: { api: 'a', host: 'h', model: 'm' }, runInference: async (turn: Turn) => turn }",
    says: "Type 'Context' is missing the following properties from type 'Turn': id, createdAt, blocks, metadata, data",
  },
  {
    what: 'a session with an engine for a builder',
    program: 'new Session({ builder: eliza() })',
    says: "Property 'build' is missing in type 'Engine' but required in type 'EngineBuilder'",
  },
  {
    what: 'a session with the options of a builder',
    program: 'new Session({ base: eliza() })',
    says: "'base' does not exist in type 'SessionOptions'",
  },
  {
    what: 'a map for a store',
    program: 'new Session({ builder, store: new Map() })',
    says: "is missing the following properties from type 'SessionStore': capabilities, keeper, acquire",
  },
  {
    what: 'a store that does not say where its records end',
    program:
      'const mine: SessionStore = { ...createMemoryStore(), commit: async (lease, expectedHead, records) => {} }',
    says: "Type 'Promise<void>' is not assignable to type 'Promise<number>'",
  },
  {
    what: 'a signal for a context',
    program: 'session.startInference(new AbortController().signal)',
    says: "Type 'AbortSignal' is missing the following properties from type 'Context'",
  },
  {
    what: 'a context for options',
    program: "session.submit('Hi', ctx)",
    says: "Type 'Context' has no properties in common with type 'SubmitOptions'",
  },
  {
    what: 'the result of a run that nobody waited for',
    program: 'session.startInference().wait().turn',
    says: "Property 'turn' does not exist on type 'Promise<RunResult>'",
  },
  {
    what: 'the answer of a run that nobody waited for',
    program: "parseOutput(session.run('Hi'), z.object({}))",
    says: "Argument of type 'Promise<Turn>' is not assignable to parameter of type 'AnsweredRun | Turn'",
  },
  {
    what: 'an error of a run that may not have one',
    program: 'result.error',
    says: "Property 'error' does not exist on type 'CancelledRun'",
  },
  {
    what: 'calls of a run that may not wait',
    program: 'result.pending',
    says: "Property 'pending' does not exist on type 'CancelledRun'",
  },
  {
    what: 'a status that there is not',
    program: "if (result.status === 'done') console.log(result)",
    says: `the types '"cancelled" | "completed" | "failed" | "waiting"' and '"done"' have no overlap`,
  },
  {
    what: 'a field that only some events have',
    program: 'event.delta',
    says: "Property 'delta' does not exist on type 'Event'",
  },
  {
    what: 'an event that is the session’s to publish',
    program: "publish(ctx, { type: 'run-finished' })",
    says: `Type '"run-finished"' is not assignable to type '"custom" | `,
  },
  {
    what: 'an event without the context that it goes by',
    program: "publish({ type: 'info', message: 'x' })",
    says: 'Expected 2 arguments, but got 1',
  },
  {
    what: 'data that an event of one’s own does not have',
    program: "defineEvent('acme.order', z.object({ id: z.string() })).create({ id: 1 })",
    says: "Type 'number' is not assignable to type 'string'",
  },
  {
    what: 'a value that a key does not take',
    program: "withData(turn, defineKey('acme.id', z.string()), 5)",
    says: "Argument of type 'number' is not assignable to parameter of type 'string'",
  },
  {
    what: 'a turn that is changed in place',
    program: "turn.blocks.push(userBlock('Hi'))",
    says: "Property 'push' does not exist on type 'readonly Block[]'",
  },
  {
    what: 'a text of any block',
    program: 'block.text',
    says: "Property 'text' does not exist on type 'Block'",
  },
  {
    what: 'a script that is one call and not a list of them',
    program: "createScriptedEngine([{ text: 'Hi' }])",
    says: "'text' does not exist in type 'readonly ScriptAction[]'",
  },
  {
    what: 'a script with a call that has no arguments',
    program: "createScriptedEngine([[{ toolCall: 'weather' }]])",
    says: "Type '{ toolCall: string; }' is not assignable to type 'ScriptAction'",
  },
  {
    what: 'a script with an error that there is not',
    program: "createScriptedEngine([[{ fail: 'overload' }]])",
    says: `Type '"overload"' is not assignable to type 'EngineErrorCode'. Did you mean '"overloaded"'?`,
  },
]

let compiled: Compiled

beforeAll(async () => {
  const programs = wrongUses.map(({ program }, index) => [`program-${index}`, `${imports}${program}\n`])
  compiled = await compile({ ...Object.fromEntries(programs), right: imports })
})

it('what every program begins with is right', () => {
  expect(compiled.errors.get('right')).toBeUndefined()
})

it.each(wrongUses.map((use, index) => ({ ...use, index })))('the compiler explains $what', ({ says, index }) => {
  const message = compiled.errors.get(`program-${index}`) ?? ''
  expect(message).toContain(says)
  // What nobody reads to its end explains nothing.
  expect(message.split('\n').length, message).toBeLessThanOrEqual(7)
  expect(Math.max(...message.split('\n').map((line) => line.length)), message).toBeLessThanOrEqual(280)
})
