import { type Client, createClient } from '@geppetto/client'
import { appPaths, type ModelFactsById, type PendingApproval } from '../../shared/facts.ts'

/** The sessions of the server that the page comes from. */
export const client: Client = createClient({ baseUrl: '/api' })

/** What is known of the models behind the profiles. */
export async function readModelFacts(): Promise<ModelFactsById> {
  const response = await fetch(appPaths.models)
  return response.ok ? response.json() : {}
}

/** The tool calls of a session that wait for a yes. */
export async function readApprovals(sessionId: string): Promise<readonly PendingApproval[]> {
  const response = await fetch(`${appPaths.approvals}/${encodeURIComponent(sessionId)}`)
  return response.ok ? response.json() : []
}

/** Lets a tool call run, or not. Whether it still waited. */
export async function decideApproval(sessionId: string, callId: string, isAllowed: boolean): Promise<boolean> {
  const path = `${appPaths.approvals}/${encodeURIComponent(sessionId)}/${encodeURIComponent(callId)}`
  const response = await fetch(`${path}/${isAllowed ? 'allow' : 'deny'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  return response.ok
}
