/** One answer of the mock provider. */
export type Answer =
  | { readonly kind: 'text'; readonly deltas: number }
  | { readonly kind: 'tools'; readonly step: number; readonly parallel: number; readonly noteDeltas: number }

/** The tool that it calls. */
export const toolName = 'get_weather'

/** What it says of the prompt. */
export const inputTokens = 1_234

/** The number of a call in an answer, as part of its id: unlike in every step. */
export function callLabel(step: number, call: number): string {
  return `s${step}p${call}xYz`
}
