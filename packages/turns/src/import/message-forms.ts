import { TurnError } from '../errors.ts'
import { type Fields, fieldsOf, listIn, textIn } from './fields.ts'
import { requireList } from './import-builder.ts'

/** The forms of messages that there are importers for. */
export const messageForms = ['openai-chat', 'openai-responses', 'anthropic', 'ai-sdk'] as const

/** One of {@link messageForms}. */
export type MessageForm = (typeof messageForms)[number]

const known: Readonly<Record<MessageForm, { readonly name: string; readonly importer: string }>> = {
  'openai-chat': { name: 'OpenAI’s Chat Completions', importer: 'importOpenAIChatMessages' },
  'openai-responses': { name: 'OpenAI’s Responses', importer: 'importOpenAIResponsesItems' },
  anthropic: { name: 'Anthropic’s Messages', importer: 'importAnthropicMessages' },
  'ai-sdk': { name: 'the AI SDK', importer: 'importAISDKMessages' },
}

const chat = 'openai-chat'
const responses = 'openai-responses'
const anthropic = 'anthropic'
const sdk = 'ai-sdk'

/** What only some forms have in a message. Names that all have, such as `role` and `content`, say nothing. */
const messageMarks: Readonly<Record<string, readonly MessageForm[]>> = {
  tool_calls: [chat],
  tool_call_id: [chat],
  function_call: [chat],
  reasoning_content: [chat],
  reasoning_details: [chat],
  call_id: [responses],
  encrypted_content: [responses],
  stop_reason: [anthropic],
  toolInvocations: [sdk],
  experimental_attachments: [sdk],
}

/** The types of the parts of a message that only some forms have. */
const partMarks: Readonly<Record<string, readonly MessageForm[]>> = {
  image_url: [chat],
  input_audio: [chat],
  refusal: [chat, responses],
  input_text: [responses],
  output_text: [responses, chat],
  input_image: [responses],
  input_file: [responses],
  tool_use: [anthropic],
  tool_result: [anthropic],
  // Also a part of Mistral's.
  thinking: [anthropic, chat],
  redacted_thinking: [anthropic],
  document: [anthropic],
  search_result: [anthropic],
  server_tool_use: [anthropic],
  web_search_tool_result: [anthropic],
  reasoning: [sdk],
  'redacted-reasoning': [sdk],
  'tool-call': [sdk],
  'tool-result': [sdk],
  'tool-approval-request': [sdk],
  'tool-approval-response': [sdk],
}

/** Where a message shows whose it is, and which forms have that. */
interface Mark {
  readonly path: string
  readonly forms: readonly MessageForm[]
}

/**
 * Whose messages they seem to be, by what only some have; undefined where they have nothing but what all have, or are of several in equal parts.
 * @throws TurnError `invalid_value` when it is no list: of Anthropic's conversations, it takes the `messages`.
 */
export function messageFormOf(messages: readonly unknown[]): MessageForm | undefined {
  const marks = allMarks(requireList(messages, 'messages'), '')
  const [first, second] = messageForms
    .map((form) => ({ form, count: countOf(marks, form) }))
    .sort((a, b) => b.count - a.count)
  return first === undefined || first.count === second?.count ? undefined : first.form
}

/**
 * Refuses messages that are of another form than `own`: read as what they are not, little or nothing would be left of them. They are where that form has all that
 * `own` would know in them, and more. Where some of them can only be of `own`, the others are losses like any other.
 * @throws TurnError `invalid_value` naming the importer that fits.
 */
export function assertForm(messages: readonly unknown[], own: MessageForm, path: string): void {
  const marks = allMarks(messages, path)
  const foreign = marks.filter(({ forms }) => !forms.includes(own))
  const candidates = messageForms.filter(
    (form) => countOf(foreign, form) > 0 && marks.every(({ forms }) => !forms.includes(own) || forms.includes(form)),
  )
  const most = Math.max(...candidates.map((form) => countOf(marks, form)))
  const fitting = candidates.filter((form) => countOf(marks, form) === most)
  const first = foreign.find(({ forms }) => forms.some((form) => fitting.includes(form)))
  if (first === undefined) return
  const names = fitting.map((form) => known[form].name).join(' or ')
  const use = fitting.map((form) => known[form].importer).join(' or ')
  const message = `${first.path} is no message of ${known[own].name}. It looks like one of ${names}: use ${use}`
  throw new TurnError('invalid_value', message, { field: first.path })
}

function countOf(marks: readonly Mark[], form: MessageForm): number {
  return marks.filter(({ forms }) => forms.includes(form)).length
}

function allMarks(messages: readonly unknown[], path: string): readonly Mark[] {
  return messages.flatMap((message, index) => marksOf(fieldsOf(message) ?? {}, `${path}[${index}]`))
}

function marksOf(message: Fields, path: string): readonly Mark[] {
  const fields = Object.entries(messageMarks).filter(([name]) => message[name] !== undefined && message[name] !== null)
  const content = listIn(message, 'content') ?? []
  const parts = [...content, ...(listIn(message, 'parts') ?? [])]
  return [
    ...fields.map(([, forms]) => ({ path, forms })),
    ...roleForms(message).map((forms) => ({ path, forms })),
    ...(parts.length > content.length && textIn(fieldsOf(parts.at(-1)), 'type') !== undefined
      ? [{ path, forms: [sdk] as const }]
      : []),
    ...content.flatMap((part) => partForms(fieldsOf(part) ?? {})).map((forms) => ({ path, forms })),
  ]
}

/** What its type and role show. Items of Responses have a type and mostly no role. */
function roleForms({ type, role, name }: Fields): readonly (readonly MessageForm[])[] {
  const isItem = typeof type === 'string' && role === undefined
  if (isItem) return [[responses]]
  if (role === 'function') return [[chat]]
  if (role === 'developer') return [[chat, responses]]
  if (role === 'tool') return [typeof name === 'string' ? [chat] : [chat, sdk]]
  return type === 'message' ? [[responses, anthropic]] : []
}

function partForms(part: Fields): readonly (readonly MessageForm[])[] {
  const type = textIn(part, 'type') ?? ''
  const forms = Object.hasOwn(partMarks, type) ? partMarks[type] : undefined
  if (forms !== undefined) return [forms]
  if (type === 'image') return [fieldsOf(part.source) === undefined ? [sdk] : [anthropic]]
  if (type === 'file') return [fieldsOf(part.file) === undefined ? [sdk] : [chat]]
  return []
}
