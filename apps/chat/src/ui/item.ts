import type { ToolOutcome } from '@geppetto/turns'
import type { Tone } from '../chat-view.ts'

/** How a tool call stands. */
export type ToolStatus = 'written' | 'waits' | 'running' | ToolOutcome

/** A tool call, with what came of it. */
export interface ToolItem {
  readonly kind: 'tool'
  readonly name: string
  /** The arguments, or as much of their text as there is. */
  readonly input: string
  readonly status: ToolStatus
  /** What it says while it runs. */
  readonly progress?: string
  readonly result?: string
  readonly durationMs?: number
}

/** What a model thought before it spoke. */
export interface ReasoningItem {
  readonly kind: 'reasoning'
  readonly text: string
  readonly startedAt: number
  /** Absent while it goes on. */
  readonly durationMs?: number
}

/** A piece of what stands on the screen. All texts were made visible: nothing in them steers a terminal. */
export type Item =
  | { readonly kind: 'greeting'; readonly lines: readonly string[] }
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'markdown'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string; readonly tone: Tone }
  /** How an answer ended, and what it took. */
  | { readonly kind: 'end'; readonly text: string; readonly tone: 'dim' | 'yellow' | 'red' }
  | ReasoningItem
  | ToolItem

/** An item that stands above what can still change, and is drawn once. */
export interface DoneItem {
  readonly key: number
  readonly item: Item
  /** Shown in full, however long it is. */
  readonly isWhole: boolean
}
