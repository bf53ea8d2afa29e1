export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** The last line of every test run, for people and for CI alike. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
