export type { CallSite, Guide } from './call-site.ts'
export { type FindOptions, findCallSites, type Report } from './find-call-sites.ts'
export type { SourceChoice, Unread } from './find-sources.ts'
export { type CommandOutput, runCommand } from './run-command.ts'
