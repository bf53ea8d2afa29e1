export { type UsedSession, useSession } from './use-session.ts'
export { type SessionsChoice, type UsedSessions, useSessions } from './use-sessions.ts'
