import type { JsonObject, ToolDefinition } from '@geppetto/turns'

function tool(name: string, description: string, properties: JsonObject, required: readonly string[]): ToolDefinition {
  return { name, description, inputSchema: { type: 'object', properties, required } }
}

/** The kind of tools that a chat offers. */
export const tools: readonly ToolDefinition[] = [
  tool(
    'get_weather',
    'The weather in a city: temperature, whether it rains, umbrella.',
    {
      city: { type: 'string', description: 'Name of the city' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    },
    ['city'],
  ),
  tool(
    'calculator',
    'Evaluates an arithmetic expression.',
    { expression: { type: 'string', description: 'For example (1 + 2) * 3' } },
    ['expression'],
  ),
  tool(
    'clock',
    'Tells the current date and time, in a time zone.',
    { timeZone: { type: 'string', description: 'IANA time zone, such as Europe/Paris. Default: the local one' } },
    [],
  ),
  tool(
    'read_file',
    'Reads a text file below the current folder.',
    { path: { type: 'string', description: 'Path of the file, relative to the folder' } },
    ['path'],
  ),
]
