import {
  type ContentPart,
  contentText,
  findContentProblem,
  findNonJson,
  formatIssues,
  isJsonObject,
  type JsonObject,
  type SchemaResult,
  textPart,
  toErrorData,
} from '@geppetto/turns'
import type { ToolCall } from './executor.ts'
import { plainOutput } from './plain-output.ts'
import { ToolError } from './tool-error.ts'

/** What a tool returned, as content for the model; or the error that says why it cannot be sent. */
export async function outputToContent(value: unknown, call: ToolCall): Promise<readonly ContentPart[] | ToolError> {
  try {
    const returned = await checkOutput(value, call)
    if (returned instanceof ToolError) return returned
    const checked = plainOutput(returned)
    const problem = findOutputProblem(checked)
    if (problem !== undefined) return invalidOutput(call, `the tool returned something that cannot be sent: ${problem}`)
    const content = toContent(checked)
    return isFailure(checked) ? toFailure(content, call) : content
  } catch (cause) {
    // A getter or a schema that throws, or data that contains itself.
    const { message } = toErrorData(cause)
    return invalidOutput(call, `what the tool returned could not be read: ${message}`, { cause })
  }
}

async function checkOutput(value: unknown, call: ToolCall): Promise<unknown> {
  const schema = call.tool.output
  if (schema === undefined) return value
  const result: SchemaResult<unknown> = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  return invalidOutput(call, `what the tool returned does not fit its output schema: ${formatIssues(result.issues)}`)
}

function toContent(value: unknown): readonly ContentPart[] {
  if (value === undefined) return [textPart('Done.')]
  if (typeof value === 'string') return [textPart(value)]
  // A copy, because the tool may go on to use what it returned.
  if (isContent(value)) return structuredClone(value.content)
  return [textPart(JSON.stringify(value))]
}

function findOutputProblem(value: unknown): string | undefined {
  const problem = findNonJson(value, 'output') ?? findForeignPart(value)
  if (problem !== undefined || !isContent(value)) return problem
  for (const [index, part] of value.content.entries()) {
    const isWhole = part.type === 'text' ? typeof part.text === 'string' : isJsonObject(part.source)
    if (!isWhole)
      return `output.content[${index}] is a ${part.type} part without ${part.type === 'text' ? 'text' : 'a source'}`
  }
  return findContentProblem(value.content, 'output.content')
}

/** As JSON, its media would go to the model as a text of any length. */
function findForeignPart(value: unknown): string | undefined {
  const content: unknown = isJsonObject(value) ? value.content : undefined
  if (!Array.isArray(content)) return undefined
  for (const [index, part] of content.entries()) {
    const { type, data, mimeType }: JsonObject = isJsonObject(part) ? part : {}
    if (typeof data !== 'string' || typeof mimeType !== 'string') continue
    const own = `{ type: '${type === 'audio' ? 'audio' : 'image'}', source: { type: 'base64', data }, mediaType }`
    return `output.content[${index}] is a part as MCP has it: here it is ${own}`
  }
  return undefined
}

const partTypes: ReadonlySet<unknown> = new Set<ContentPart['type']>(['text', 'image', 'file', 'audio'])

/** What results of MCP have beside their content. What is structured is in the content too, as a text. */
const besideContent: ReadonlySet<string> = new Set(['content', 'isError', 'structuredContent', '_meta'])

/**
 * Whether it is `{ content }` with nothing but parts in it, alone or as MCP has it. Other data may have a field of that name too, and goes to the model
 * as JSON; so does what is structured and has no content.
 */
function isContent(value: unknown): value is { readonly content: readonly ContentPart[] } {
  if (!isJsonObject(value) || Object.keys(value).some((name) => !besideContent.has(name))) return false
  const { content, structuredContent } = value
  if (structuredContent !== undefined && Array.isArray(content) && content.length === 0) return false
  return Array.isArray(content) && content.every((part) => isJsonObject(part) && partTypes.has(part.type))
}

/** As MCP says that a tool failed. */
function isFailure(value: unknown): boolean {
  return isJsonObject(value) && value.isError === true && isContent(value)
}

function toFailure(content: readonly ContentPart[], { callId, tool }: ToolCall): ToolError {
  const text = contentText(content)
  const message = text.trim() === '' ? 'The tool failed, and did not say why.' : text
  return new ToolError('execution_failed', message, { toolName: tool.name, callId })
}

function invalidOutput({ callId, tool }: ToolCall, problem: string, options?: ErrorOptions): ToolError {
  const message = `The tool ran, but ${problem}`
  return new ToolError('invalid_output', message, { toolName: tool.name, callId, ...options })
}
