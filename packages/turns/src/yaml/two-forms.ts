import { isJsonObject, isSameJson, type JsonObject, type JsonValue } from '../json.ts'
import { type Difference, differenceOf, joined, withDifference, without } from './difference.ts'

/** How something is said in Go's form, and what that means in ours. Each says as much as it can; what is left over is kept in notes. */
export interface Forms {
  /** Ours as Go has it. Without the notes. */
  toGo(ours: JsonObject): JsonObject
  /** What Go's means: always something sound. */
  fromGo(go: JsonObject): JsonObject
  /** Whether it is what it should be. */
  isSound(ours: JsonObject): boolean
  /** Ours with the whole of Go's in it, where it is of a sort that has it so; it needs no note then. */
  keepWhole?(ours: JsonObject, go: JsonObject): JsonObject | undefined
  /** The whole of Go's in ours. */
  wholeOf?(ours: JsonObject): JsonObject | undefined
}

/** Go's metadata: what its form has no place for. Named as Go names its keys. */
const ownNote = 'geppetto.typescript@v1'

/** Our metadata: what of Go's form ours has no place for. */
const goNote = 'geppetto.goYaml'

/** Metadata without either note; absent where nothing is left, as Go has it. */
export function bareMetadata(metadata: JsonValue | undefined): { readonly metadata?: JsonObject } {
  const bare = isJsonObject(metadata) ? without(metadata, ownNote, goNote) : {}
  return Object.keys(bare).length === 0 ? {} : { metadata: bare }
}

/** Reads Go's form: what has no place in ours is kept in a note, by which {@link writeGo} gives back the same. */
export function readGo(forms: Forms, go: JsonObject): JsonObject {
  const ours = decode(forms, go)
  if (isSameJson(encode(forms, ours), go)) return ours
  const whole = forms.keepWhole?.(ours, go)
  if (whole !== undefined) return whole
  const bare = withoutGoNote(ours)
  return withMetadata(bare, { [goNote]: differenceOf(encode(forms, bare), go) })
}

/** Writes Go's form: what has no place in it is kept in a note, by which {@link readGo} gives back the same. */
export function writeGo(forms: Forms, ours: JsonObject): JsonObject {
  const whole = forms.wholeOf?.(ours)
  if (whole !== undefined && isSameJson(readGo(forms, whole), ours)) return whole
  const left = isJsonObject(ours.metadata) ? ours.metadata[goNote] : undefined
  if (left === undefined) return encode(forms, ours)
  const go = withDifference(encode(forms, withoutGoNote(ours)), left)
  // The note may be of what it was before somebody changed it.
  return isSameJson(readGo(forms, go), ours) ? go : encode(forms, ours)
}

function encode(forms: Forms, ours: JsonObject): JsonObject {
  const go = forms.toGo(ours)
  const meant = forms.fromGo(stripped(go))
  const note = differenceOf(meant, ours)
  if (note === undefined) return go
  return withMetadata(go, { [ownNote]: isOfFacts(note) ? note : joined(note, { of: markOf(meant) }) })
}

/** Without notes; an empty map of metadata is none. */
function stripped(go: JsonObject): JsonObject {
  return joined(without(go, 'metadata'), bareMetadata(go.metadata))
}

function decode(forms: Forms, go: JsonObject): JsonObject {
  const note = isJsonObject(go.metadata) ? go.metadata[ownNote] : undefined
  const meant = forms.fromGo(stripped(go))
  if (!isJsonObject(note)) return meant
  const isTrue = note.of === undefined || note.of === markOf(meant)
  const ours = withDifference(meant, isTrue ? note : { fields: pickFacts(note.fields) })
  return forms.isSound(ours) ? ours : meant
}

/** What stays true, whatever Go says of the rest. */
const facts: readonly string[] = ['createdAt', 'runId', 'author', 'parentId']

function isOfFacts({ fields = {}, without }: Difference): boolean {
  return without === undefined && Object.keys(fields).every((name) => facts.includes(name))
}

function pickFacts(fields: JsonValue | undefined): JsonObject {
  return isJsonObject(fields) ? without(fields, ...Object.keys(fields).filter((name) => !facts.includes(name))) : {}
}

/**
 * A mark of what a note was made for: a signature, say, is of this text alone, which a program in Go may change. It is in stored files: what Go's form
 * means must stay, or old notes are taken for untrue.
 */
function markOf(meant: JsonObject): string {
  let hash = 0x811c9dc5
  let other = 0x01000193
  for (const character of inOrder(without(meant, 'metadata'))) {
    const code = character.codePointAt(0) ?? 0
    hash = Math.imul(hash ^ code, 0x01000193)
    other = Math.imul(other ^ code, 0x85ebca6b)
  }
  return `${(hash >>> 0).toString(36)}-${(other >>> 0).toString(36)}`
}

/** JSON with the fields in one order: Go sorts them. */
function inOrder(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value) ?? ''
  const names = Object.keys(value).filter((name) => value[name] !== undefined)
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${inOrder(value[name])}`)
    .join(',')}}`
}

function withoutGoNote(ours: JsonObject): JsonObject {
  return isJsonObject(ours.metadata) ? joined(ours, { metadata: without(ours.metadata, goNote) }) : ours
}

function withMetadata(fields: JsonObject, more: JsonObject): JsonObject {
  return joined(fields, { metadata: joined(isJsonObject(fields.metadata) ? fields.metadata : {}, more) })
}
