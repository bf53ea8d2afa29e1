import type { StopReason, ToolCallBlock, Turn } from '@geppetto/turns'

/** What a run ends with, before warnings and usage. */
export type Verdict = { readonly turn: Turn; readonly stop: StopReason } & (
  | { readonly status: 'completed' | 'cancelled' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'waiting'; readonly pending: readonly ToolCallBlock[] }
)
