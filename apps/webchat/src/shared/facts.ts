/** What the page asks the app for, beside what every session server has. */
export const appPaths = { models: '/app/models', approvals: '/app/approvals' } as const

/** What is known of the model of a profile. */
export interface ModelFacts {
  /** As the provider names it; absent where the profile has no model. */
  readonly model?: string
  /** In tokens. */
  readonly contextWindow?: number
  /** US dollars for a million tokens. */
  readonly prices?: {
    readonly input?: number | undefined
    readonly output?: number | undefined
    readonly cache_read?: number | undefined
    readonly cache_write?: number | undefined
  }
}

/** By the ids of profiles. */
export type ModelFactsById = Readonly<Record<string, ModelFacts>>

/** A tool call that waits for a yes. */
export interface PendingApproval {
  readonly callId: string
  readonly name: string
}

/** The name of the custom event that says that the calls that wait are others than before. */
export const approvalsChanged = 'webchat.approvals-changed'
