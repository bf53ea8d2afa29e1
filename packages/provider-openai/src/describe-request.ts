import {
  type EnvironmentUse,
  joinAddress,
  maskTarget,
  type PreparedRequest,
  type RequestTarget,
  readEnvironment,
} from '@geppetto/engine'
import type { SdkConnection } from './options.ts'

/** What is known of a request before the SDK makes it; the SDK is not loaded for it. */
export function describeRequest(
  { client, apiKey }: SdkConnection,
  baseUrl: string,
  use: EnvironmentUse,
  { model, path, headers }: PreparedRequest,
): RequestTarget {
  const known = { 'content-type': 'application/json', ...headers }
  if (client === undefined) {
    const hasKey = apiKey !== undefined || (use === 'all' && readEnvironment('OPENAI_API_KEY') !== undefined)
    return maskTarget({
      address: joinAddress(baseUrl, path),
      headers: { ...known, ...(hasKey ? { authorization: 'of the key' } : undefined) },
    })
  }
  const isAzure = 'deploymentName' in client
  const isOfDeployment = isAzure && path === '/chat/completions' && !new URL(baseUrl).pathname.includes('/deployments/')
  const deployment = isAzure && typeof client.deploymentName === 'string' ? client.deploymentName : model
  const address = client.buildURL(
    isOfDeployment ? `/deployments/${encodeURIComponent(deployment)}${path}` : path,
    undefined,
  )
  const hasKey = typeof client.apiKey === 'string' && client.apiKey !== ''
  return maskTarget({
    address,
    headers: { ...known, ...(hasKey ? { [isAzure ? 'api-key' : 'authorization']: 'of the client' } : undefined) },
  })
}
