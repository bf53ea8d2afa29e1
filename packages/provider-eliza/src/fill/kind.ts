import type { Field } from './schema.ts'
import { textIn } from './schema.ts'

/** What a text parameter speaks of. The first ones have a form by which they are known; an entity is one thing, free text is anything. */
export type TextKind =
  | 'path'
  | 'expression'
  | 'email'
  | 'uri'
  | 'date-time'
  | 'date'
  | 'time'
  | 'time-zone'
  | 'uuid'
  | 'address'
  | 'free'
  | 'entity'

const kindOfFormat: Readonly<Record<string, TextKind>> = {
  email: 'email',
  'idn-email': 'email',
  uri: 'uri',
  url: 'uri',
  iri: 'uri',
  'date-time': 'date-time',
  date: 'date',
  time: 'time',
  uuid: 'uuid',
  ipv4: 'address',
}

/** By the words of the parameter's name. */
const kindOfName: readonly (readonly [kind: TextKind, words: RegExp])[] = [
  ['time-zone', /^(.* )?(time ?zone|tz)( .*)?$/],
  ['path', /^(.* )?(path|file|filename|filepath|folder|directory|dir)$|^file name$/],
  ['expression', /^(.* )?(expression|expr|formula|calculation|equation|arithmetic|math)$/],
  ['email', /^(.* )?(email|mail|e mail)( address)?$/],
  ['uri', /^(.* )?(url|uri|link|href|website|webpage)$/],
  ['date', /^(.* )?date$/],
  [
    'free',
    /^(.* )?(text|content|contents|body|message|msg|note|query|question|prompt|description|comment|summary|reason|subject|task|phrase|sentence|answer|reply|response|instruction|instructions|search|term|terms|topic|keywords|statement|thought|input|caption|feedback|remark|string|words)$/,
  ],
]

/** By what is said of the parameter. */
const kindOfDescription: readonly (readonly [kind: TextKind, words: RegExp])[] = [
  ['time-zone', /\btime ?zone\b|\biana\b/],
  ['expression', /\b(arithmetic|expression|formula|calculation|equation)\b/],
  ['path', /\b(paths?|file ?names?|folder|directory)\b|\bfiles?\b/],
  ['email', /\be-?mail address/],
  ['uri', /\b(url|uri|web address|link)\b/],
]

/** What a text parameter speaks of: its format says so, or its name, or its description. */
export function kindOf(field: Field): TextKind {
  const format = textIn(field.schema, 'format')
  const ofFormat = format === undefined ? undefined : kindOfFormat[format]
  if (ofFormat !== undefined) return ofFormat
  const name = field.words.join(' ')
  const ofName = kindOfName.find(([, words]) => words.test(name))
  if (ofName !== undefined) return ofName[0]
  const description = field.description.toLowerCase()
  return kindOfDescription.find(([, words]) => words.test(description))?.[0] ?? 'entity'
}
