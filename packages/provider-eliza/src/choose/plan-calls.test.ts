import type { JsonObject, ToolChoice, ToolDefinition } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { generateTools } from './generated-tools.test-helper.ts'
import { type PlannedCall, planCalls } from './plan-calls.ts'
import { tools } from './tools.test-helper.ts'

function calls(
  text: string,
  offered: readonly ToolDefinition[] = tools,
  choice: ToolChoice = 'auto',
): readonly PlannedCall[] {
  return planCalls({ text, now: Date.UTC(2026, 0, 5, 12), tools: offered, choice, made: [], earlier: undefined })
}

describe.each([1, 2, 3, 4, 5])('20 tools that nobody has heard of (seed %i)', (seed) => {
  const generated = generateTools(20, seed)
  const offered = generated.map(({ tool }) => tool)

  it.each(generated.map((one) => [one.tool.name, one] as const))('calls %s with what was said', (name, { ask }) => {
    for (let time = 0; time < 5; time++) {
      const { prompt, input } = ask()
      expect(calls(prompt, offered), prompt).toEqual([{ name, input }])
    }
  })

  it('calls several when several are asked for', () => {
    for (let index = 0; index + 1 < generated.length; index += 2) {
      const asked = generated.slice(index, index + 2).map(({ tool, ask }) => ({ name: tool.name, ...ask() }))
      for (const joint of [' and then ', '. ', ', and ']) {
        const prompt = asked.map((one) => one.prompt).join(joint)
        expect(calls(prompt, offered), prompt).toEqual(asked.map(({ name, input }) => ({ name, input })))
      }
    }
  })

  it('calls none for what is said to a doctor', () => {
    for (const sentence of [
      'My mother takes care of me.',
      'I need some help.',
      'What is the meaning of life?',
      'Hello!',
    ])
      expect(calls(sentence, offered), sentence).toEqual([])
  })
})

/** `weather Paris` for short: the names and values of the calls. */
function short(text: string, offered: readonly ToolDefinition[] = tools): readonly string[] {
  return calls(text, offered).map(({ name, input }) => [name, ...Object.values(input)].join(' '))
}

describe('tools of a chat', () => {
  it.each([
    ["What's the weather in Paris?", ['get_weather Paris']],
    ['weather in paris', ['get_weather paris']],
    ['Do I need an umbrella in Paris?', ['get_weather Paris']],
    ['In Paris, do I need an umbrella?', ['get_weather Paris']],
    ['Could you please tell me the weather in Rio de Janeiro?', ['get_weather Rio de Janeiro']],
    ["I'd like to know the weather in New York in fahrenheit", ['get_weather fahrenheit New York']],
    ['Hello! Is it raining in London? I hate that.', ['get_weather London']],
    ['weather in Paris and Rome, and what is 17*23?', ['get_weather Paris', 'get_weather Rome', 'calculator 17*23']],
    ['weather in Paris and in Rome and what is 12*7', ['get_weather Paris', 'get_weather Rome', 'calculator 12*7']],
    ['weather in Paris and Rome in celsius', ['get_weather Paris celsius', 'get_weather Rome celsius']],
    [
      'How is the weather in Madrid, Berlin and Vienna?',
      ['get_weather Madrid', 'get_weather Berlin', 'get_weather Vienna'],
    ],
    ['What is (3+4)*12 / 7?', ['calculator (3+4)*12 / 7']],
    ['17*23', ['calculator 17*23']],
    ['what is 12 times 7?', ['calculator 12 * 7']],
    ['What is the square root of 16 plus 2?', ['calculator sqrt(16) + 2']],
    ['I am sad and what is 12*7?', ['calculator 12*7']],
    ['What time is it?', ['clock']],
    ['tell me the time', ['clock']],
    ['What time is it in Tokyo?', ['clock Asia/Tokyo']],
    ['What time is it in Tokyo and in New York?', ['clock Asia/Tokyo', 'clock America/New_York']],
    ['What are the weather and the time in Tokyo?', ['get_weather Tokyo', 'clock Asia/Tokyo']],
    ['read package.json', ['read_file package.json']],
    ['read the file LICENSE', ['read_file LICENSE']],
    ['show me docs/architecture.md', ['read_file docs/architecture.md']],
    ["What's in README.md?", ['read_file README.md']],
    ['Read README.md and "my notes.txt"', ['read_file README.md', 'read_file my notes.txt']],
    ['weather in Paris and in Paris', ['get_weather Paris']],
    ['weather in Paris and Rome tomorrow', ['get_weather Paris', 'get_weather Rome']],
    ['weather in Paris and Bob is sad', ['get_weather Paris']],
  ])('answers %j with calls', (text, wanted) => {
    expect(short(text)).toEqual(wanted)
  })

  it.each([
    'Men are all alike.',
    'My mother takes care of me.',
    'I am depressed much of the time.',
    'My father never had time for me.',
    'I always feel under the weather.',
    'The weather in Paris is terrible.',
    'I love Paris in the spring time.',
    'The weather makes me sad.',
    'Is the weather bad?',
    'What is the weather like?',
    'Why does the weather in April make me sad?',
    'Does the weather in Paris make you happy?',
    'Do you think about the weather in winter?',
    'How can I cope with bad weather?',
    'Time flies.',
    'Time and again I fail.',
    'Time heals all wounds.',
    'What time should I get up?',
    'Is it time to go home?',
    'Is my time over?',
    'Where does the time go?',
    'Do you have time for me?',
    'I lost track of time in Paris.',
    'I read a lot when I am sad.',
    'I want to read a book.',
    'Read my lips.',
    'Can you read my mind?',
    'Who reads your files?',
    'I wrote docs/architecture.md yesterday.',
    'She gave me a file.',
    'Calculating people scare me.',
    'Are you a calculator?',
    'I was born on 2024-05-01.',
    'It is 5 - 3 degrees outside.',
    'I have 3 sisters and 2 brothers.',
    'My umbrella broke.',
    'My city is Paris.',
    'Paris is a beautiful city.',
    'I had a date in Rome.',
    'What should I do about my brother in London?',
    'Tell me about your mother.',
    'How are you today?',
    '',
    '?',
  ])('lets the doctor answer %j', (text) => {
    expect(calls(text)).toEqual([])
  })

  it('goes on from the call before', () => {
    const base = { now: 0, tools, choice: 'auto', made: [] } as const
    const earlier = { name: 'get_weather', input: { city: 'Paris', unit: 'celsius' } }
    const wanted = [{ name: 'get_weather', input: { city: 'Rome', unit: 'celsius' } }]
    expect(planCalls({ ...base, text: 'And in Rome?', earlier })).toEqual(wanted)
    expect(planCalls({ ...base, text: 'What about my mother?', earlier })).toEqual([])
    expect(planCalls({ ...base, text: 'And in Rome?', earlier: undefined })).toEqual([])
  })

  it('takes the examples of a description for values', () => {
    const [weather] = tools
    const description = 'The weather. Known cities: Paris, Rome.'
    const offered = weather === undefined ? [] : [{ ...weather, description }]
    expect(short('weather in Paris and Rome in kelvin', offered)).toEqual(['get_weather Paris', 'get_weather Rome'])
    expect(short('Rome and Paris', offered)).toEqual([])
  })

  it('does not say whose path it is when nothing in the prompt does', () => {
    const path = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] }
    const two = ['erase', 'polish'].map((name) => ({ name, description: `Will ${name} it.`, inputSchema: path }))
    expect(calls('a/b.txt', two)).toEqual([])
    expect(calls('polish a/b.txt', two)).toEqual([{ name: 'polish', input: { path: 'a/b.txt' } }])
  })
})

describe('tools of all kinds', () => {
  const of = (name: string, description: string, properties: JsonObject, required = Object.keys(properties)) => ({
    name,
    description,
    inputSchema: { type: 'object', properties, required },
  })
  const text = { type: 'string' }
  const offered: readonly ToolDefinition[] = [
    of('send_email', 'Send an email', { to: { ...text, format: 'email' }, subject: text, body: text }),
    of('translate_text', 'Translate text into a language', { text, targetLanguage: text }),
    of('convert_currency', 'Convert an amount of money', { amount: { type: 'number' }, from: text, to: text }),
    of('set_timer', 'Set a timer', { duration: { type: 'integer', description: 'In minutes', maximum: 600 } }),
    of(
      'search_flights',
      'Search flights',
      { origin: text, destination: text, date: { ...text, format: 'date' }, passengers: { type: 'integer' } },
      ['origin', 'destination', 'date'],
    ),
    of('createReminder', 'Create a reminder', { text }),
    of('add', 'Add two numbers', { a: { type: 'number' }, b: { type: 'number' } }),
    of('turn_light', 'Turn a light on or off', { room: text, on: { type: 'boolean' } }),
    of('sum_numbers', 'Sum a list of numbers', { numbers: { type: 'array', items: { type: 'number' } } }),
    of(
      'create_event',
      'Create an event',
      {
        title: text,
        attendees: { type: 'array', items: text },
        place: { $ref: '#/$defs/place' },
      },
      ['title', 'attendees'],
    ),
  ].map((tool) => ({
    ...tool,
    inputSchema: {
      ...tool.inputSchema,
      $defs: {
        place: { type: 'object', properties: { building: text, floor: { type: 'integer' } }, required: ['building'] },
      },
    },
  }))

  it.each<[string, PlannedCall]>([
    [
      'Send an email to bob@example.com with subject "Hi" and body "See you"',
      { name: 'send_email', input: { to: 'bob@example.com', subject: 'Hi', body: 'See you' } },
    ],
    [
      'translate good morning to French',
      { name: 'translate_text', input: { text: 'good morning', targetLanguage: 'French' } },
    ],
    ['Convert 100 USD to EUR', { name: 'convert_currency', input: { amount: 100, from: 'USD', to: 'EUR' } }],
    ['set a timer for twenty-five minutes', { name: 'set_timer', input: { duration: 25 } }],
    [
      'search flights from berlin to rome tomorrow',
      { name: 'search_flights', input: { origin: 'berlin', destination: 'rome', date: '2026-01-06' } },
    ],
    [
      'Find flights to New York from Paris on May 1, 2026 for 2 passengers',
      {
        name: 'search_flights',
        input: { origin: 'Paris', destination: 'New York', date: '2026-05-01', passengers: 2 },
      },
    ],
    ['Remind me to buy milk and eggs', { name: 'createReminder', input: { text: 'buy milk and eggs' } }],
    ['create a reminder to call the dentist', { name: 'createReminder', input: { text: 'call the dentist' } }],
    ['what is 3 plus 4?', { name: 'add', input: { a: 3, b: 4 } }],
    ['turn the kitchen light off', { name: 'turn_light', input: { on: false, room: 'kitchen' } }],
    ['turn on the light in the hall', { name: 'turn_light', input: { on: true, room: 'hall' } }],
    ['sum the numbers 3, 4.5 and -5', { name: 'sum_numbers', input: { numbers: [3, 4.5, -5] } }],
    [
      'create an event titled "Standup" with attendees Ann, Bob and Carl in building West on floor 3',
      {
        name: 'create_event',
        input: { title: 'Standup', attendees: ['Ann', 'Bob', 'Carl'], place: { building: 'West', floor: 3 } },
      },
    ],
  ])('reads the arguments out of %j', (prompt, wanted) => {
    expect(calls(prompt, offered)).toEqual([wanted])
  })

  it.each([
    'set a timer for 601 minutes',
    'set a timer for 2.5 minutes',
    'set a timer',
    'Convert money to EUR',
    'add 3',
  ])('does not call what it cannot fill: %j', (prompt) => {
    expect(calls(prompt, offered)).toEqual([])
  })
})

describe('a tool choice', () => {
  it('none calls none', () => {
    expect(calls("What's the weather in Paris?", tools, 'none')).toEqual([])
  })

  it('required calls the best, whatever was said', () => {
    expect(calls("What's the weather in Paris?", tools, 'required')).toEqual([
      { name: 'get_weather', input: { city: 'Paris' } },
    ])
    expect(calls('My umbrella broke.', tools, 'required')).toEqual([
      { name: 'get_weather', input: { city: 'My umbrella broke' } },
    ])
    expect(calls('', tools, 'required')).toHaveLength(1)
  })

  it('of one tool calls that one, for each thing', () => {
    const choice = { tool: 'get_weather' }
    expect(calls('weather in Paris and Rome and 2+2', tools, choice).map(({ input }) => input)).toEqual([
      { city: 'Paris' },
      { city: 'Rome' },
    ])
    expect(calls('2+2', tools, { tool: 'read_file' })).toEqual([{ name: 'read_file', input: { path: '2+2' } }])
  })

  it('fills what it must with the least that fits', () => {
    const properties = {
      a: { type: 'integer', minimum: 3 },
      b: { enum: ['x', 'y'] },
      c: { type: 'array', items: {}, minItems: 1 },
      d: { type: 'string', maxLength: 2 },
    }
    const tool = {
      name: 't',
      description: 'T',
      inputSchema: { type: 'object', properties, required: ['a', 'b', 'c', 'd'] },
    }
    expect(calls('hello', [tool], 'required')).toEqual([{ name: 't', input: { a: 3, b: 'x', c: ['hello'], d: 'he' } }])
  })

  it.each<[ToolChoice, readonly ToolDefinition[]]>([
    [{ tool: 'nothing' }, tools],
    ['required', []],
  ])('%j of what is not offered is a mistake', (choice, offered) => {
    expect(() => calls('hello', offered, choice)).toThrow(
      /must be called, but (offered are get_weather|no tool is offered)/,
    )
  })
})

describe('calls that were made', () => {
  const request = { text: 'weather in Paris and Rome', now: 0, tools, earlier: undefined }
  const made = [{ name: 'get_weather', input: { city: 'Paris' } }]

  it('are not made again, so that there is an answer', () => {
    expect(planCalls({ ...request, choice: 'auto', made })).toEqual([])
  })

  it('are not made again when a tool must be called', () => {
    expect(planCalls({ ...request, choice: 'required', made })).toEqual([
      { name: 'get_weather', input: { city: 'Rome' } },
    ])
    const both = [...made, { name: 'get_weather', input: { city: 'Rome' } }]
    expect(planCalls({ ...request, choice: 'required', made: both })).toEqual([])
  })
})

it.each([
  'weather and time, read 3 + 4 of it ',
  '(',
  '"(',
  '-',
  '1+',
  '(1+',
  'x/',
  '1 2 3 , ',
  'and in Paris ',
  'one ',
])('is not kept busy by a page of %j', (text) => {
  expect(calls(`What is ${text.repeat(10_000)}?`)).toBeDefined()
})
