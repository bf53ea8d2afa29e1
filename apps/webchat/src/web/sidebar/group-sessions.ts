import type { SessionInfo } from '@geppetto/client'

/** Sessions that were written to at about the same time. */
export interface SessionGroup {
  readonly title: string
  readonly sessions: readonly SessionInfo[]
}

const dayMs = 24 * 60 * 60 * 1000

/** The sessions under headings, in the order that they come in. */
export function groupsOf(sessions: readonly SessionInfo[], now: number): readonly SessionGroup[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  const groups = new Map<string, SessionInfo[]>()
  for (const session of sessions) {
    const title = titleOf(session.updatedAt, midnight)
    groups.set(title, [...(groups.get(title) ?? []), session])
  }
  return [...groups].map(([title, members]) => ({ title, sessions: members }))
}

function titleOf(time: number, midnight: number): string {
  if (time >= midnight) return 'Today'
  if (time >= midnight - dayMs) return 'Yesterday'
  if (time >= midnight - 7 * dayMs) return 'Last seven days'
  return 'Earlier'
}
