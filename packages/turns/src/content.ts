import type { JsonValue } from './json.ts'

/** One part of what a user says or a tool returns. */
export type ContentPart = TextPart | ImagePart | FilePart | AudioPart

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

export interface ImagePart {
  readonly type: 'image'
  readonly source: MediaSource
  /** For example `image/png`; may be absent when the source is an address. */
  readonly mediaType?: string
  /** How closely the model should look, where the API has such a choice. */
  readonly detail?: 'auto' | 'low' | 'high'
}

export interface FilePart {
  readonly type: 'file'
  readonly source: MediaSource
  /** For example `application/pdf`. */
  readonly mediaType?: string
  readonly name?: string
}

export interface AudioPart {
  readonly type: 'audio'
  readonly source: MediaSource
  /** For example `audio/wav`. */
  readonly mediaType?: string
}

/** Where media comes from: its bytes, an address that the provider fetches, or something that a provider keeps. */
export type MediaSource =
  | { readonly type: 'base64'; readonly data: string }
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'provider-file'; readonly api: string; readonly fileId: string }

/** A place that a text refers to. */
export interface Citation {
  readonly url?: string
  readonly title?: string
  /** The words that are cited. */
  readonly text?: string
  /** Where in the citing text, in UTF-16 units, without the end; absent where the whole text cites, or the provider does not say. */
  readonly start?: number
  readonly end?: number
  /** Where in what is cited. */
  readonly place?: CitedPlace
  /** The provider's own record. */
  readonly raw?: JsonValue
}

/** A place in what is cited, as the provider counts: characters and blocks (parts of a document) from 0, pages from 1. */
export interface CitedPlace {
  readonly unit: 'character' | 'page' | 'block'
  readonly start: number
  /** Behind the last one. */
  readonly end: number
}

/** The text parts' texts, one after the other, with a line break between. Other parts are left out. */
export function contentText(content: readonly ContentPart[]): string {
  return content
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('\n')
}
