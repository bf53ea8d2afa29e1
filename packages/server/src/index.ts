export type { Action, Authorize, AuthorizeRequest, Grant, RequestInfo } from './authorize.ts'
export type { Limits } from './limits.ts'
export type { BuilderRequest, DebugOptions, SessionServerOptions, StepMode } from './options.ts'
export { createSessionServer, type SessionServer } from './session-server.ts'
