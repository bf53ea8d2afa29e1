import type { Context } from '@geppetto/context'
import type { Snapshot } from '@geppetto/session'

/** Looks at the turn as a run goes on. It is waited for; what it throws is a warning in the result. */
export type SnapshotHook = (ctx: Context, snapshot: Snapshot) => void | Promise<void>
