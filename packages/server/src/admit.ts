import { defined } from '@geppetto/turns'
import type { Action, Authorize, Caller, Grant, RequestInfo } from './authorize.ts'
import { ProblemError } from './problem-error.ts'

/** What is needed to decide who comes in. */
export interface Door {
  readonly authorize: Authorize | undefined
  readonly origins: readonly string[]
}

/** Proxies say by these that the request is somebody else's. */
const forwarded = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'cf-connecting-ip',
]

/**
 * Lets the caller in, or throws why not. Without `authorize` only who is on this machine: by the address of the connection, by a name of this machine (a
 * page whose name was made to lead here has another), and not by a proxy.
 * @throws ProblemError `host_refused`, `origin_refused`, `not_allowed`
 */
export async function admit(
  door: Door,
  request: Request,
  info: RequestInfo,
  what: { readonly action: Action; readonly sessionId?: string },
): Promise<Caller> {
  const { authorize } = door
  const address = info.remoteAddress ?? 'unknown'
  assertOrigin(door, request)
  if (authorize === undefined) {
    assertLocal(request, info)
    return { ownerId: undefined, key: address }
  }
  const grant = await authorize({ request, ...what, ...defined({ remoteAddress: info.remoteAddress }) })
  if (grant === false) throw new ProblemError('not_allowed')
  const ownerId = ownerIn(grant)
  return { ownerId, key: ownerId === undefined ? `address ${address}` : `owner ${ownerId}` }
}

/** Whose sessions it is about; undefined: all. @throws TypeError for what may be meant otherwise, as the id of a user who was not found */
function ownerIn(grant: Grant): string | undefined {
  const isNamed = typeof grant === 'object' && grant !== null && Object.hasOwn(grant, 'ownerId')
  if (isNamed && typeof grant.ownerId === 'string' && grant.ownerId !== '') return grant.ownerId
  if (!isNamed && typeof grant === 'object' && grant !== null) return undefined
  throw new TypeError('authorize must give false, { ownerId } with a text that is not empty, or {} for all sessions')
}

/** Whether a page of another origin may use the server. */
export function isOtherOrigin({ origins }: Pick<Door, 'origins'>, request: Request): string | undefined {
  const origin = request.headers.get('origin')
  return origin !== null && origins.includes(origin) && !isOwnOrigin(origin, request) ? origin : undefined
}

/** Browsers say where a request comes from; who says nothing is no page. @throws ProblemError `origin_refused` */
function assertOrigin({ origins }: Door, request: Request): void {
  const origin = request.headers.get('origin')
  const isKnown = origin !== null && (isOwnOrigin(origin, request) || origins.includes(origin))
  const isFromElsewhere = origin === null && request.headers.get('sec-fetch-site') === 'cross-site'
  if (isFromElsewhere || (origin !== null && !isKnown))
    throw new ProblemError('origin_refused', { detail: 'The application may name other origins in `origins`.' })
}

/** By the host alone: what ends TLS in front of the server changes the scheme. */
function isOwnOrigin(origin: string, request: Request): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(request.url).host
}

function assertLocal(request: Request, { remoteAddress }: RequestInfo): void {
  const host = request.headers.get('host')
  const names = [request.url, ...(host === null ? [] : [`http://${host}`])]
  // Both, where the platform tells both: an address can be made of a path that only looks like one.
  if (!names.every((name) => URL.canParse(name) && isLoopbackName(new URL(name).hostname)))
    throw new ProblemError('host_refused', { detail: 'Without `authorize` the server answers under localhost alone.' })
  const isForwarded = forwarded.some((name) => request.headers.has(name))
  if (remoteAddress === undefined || !isLoopbackAddress(remoteAddress) || isForwarded)
    throw new ProblemError('not_allowed', { detail: 'Without `authorize` only this machine is let in.' })
}

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || isLoopbackAddress(hostname)
}

function isLoopbackAddress(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address) || address === '::1' || address === '[::1]'
}
