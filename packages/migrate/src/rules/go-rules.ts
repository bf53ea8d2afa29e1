import type { Advice } from '../call-site.ts'

/** What stands below `geppetto/pkg/` in a package's import path: forks and vendored copies are known by it, too. */
export function geppettoPackage(path: string): string | undefined {
  return /(?:^|\/)geppetto\/pkg\/(.+)$/.exec(path)?.[1]
}

const sinks: Advice = {
  use: 'eventSinks: [sink] of createEngineBuilder, or withEventSinks(ctx, sink)',
  anchor: 'event-sinks',
}
const state: Advice = {
  use: 'new Session({ builder }): it owns the history and the one active run',
  anchor: 'the-session',
}
const started: Advice = { use: 'session.startInference(): the run has begun when it returns', anchor: 'start-and-wait' }
const lifecycle: Advice = {
  use: 'session.startInference(), which throws while a run is active, and session.isRunning',
  anchor: 'start-and-wait',
}
const cancel: Advice = { use: 'handle.cancel(), or session.cancelActive()', anchor: 'cancellation' }

/** The lifecycle of before the session: which names of which packages it is made of. */
export const legacyNames: Readonly<Record<string, Readonly<Record<string, Advice>>>> = {
  'inference/engine': {
    WithSink: sinks,
    Option: { use: 'options of the engine itself: openaiResponses({ … }), anthropic({ … })', anchor: 'engines' },
  },
  'inference/state': { InferenceState: state, NewInferenceState: state },
  'inference/core': {
    Session: state,
    Runner: { use: 'the InferenceRunner that createEngineBuilder makes', anchor: 'engines' },
    TurnPersister: { use: 'persister of createEngineBuilder, or a store of the session', anchor: 'persistence' },
  },
}

/** For names of those packages that stand in no table. */
export const legacyPackages: Readonly<Record<string, Advice>> = { 'inference/state': state, 'inference/core': state }

export type LegacyType = 'InferenceState' | 'Session'

/** The types whose methods are looked for, by package, and what makes values of them. */
export const legacyTypes: Readonly<Record<string, Readonly<Record<string, LegacyType>>>> = {
  'inference/state': { InferenceState: 'InferenceState', NewInferenceState: 'InferenceState' },
  'inference/core': { Session: 'Session' },
}

export const legacyMethods: Readonly<Record<LegacyType, Readonly<Record<string, Advice>>>> = {
  InferenceState: {
    StartRun: lifecycle,
    FinishRun: { use: 'nothing: a run settles itself, whatever its outcome', anchor: 'start-and-wait' },
    IsRunning: { use: 'session.isRunning', anchor: 'start-and-wait' },
    SetCancel: cancel,
    HasCancel: cancel,
    CancelRun: cancel,
  },
  Session: {
    RunInference: {
      use: 'session.run(prompt), or session.startInference() and handle.wait()',
      anchor: 'start-and-wait',
    },
    RunInferenceStarted: started,
  },
}

/** The session API that came after it, by package: for whoever brings a Go program to TypeScript. */
export const sessionPackages: Readonly<Record<string, Advice>> = {
  'inference/session': { use: 'Session of @geppetto/session', anchor: 'the-session' },
  'inference/toolloop': { use: 'createEngineBuilder({ tools, loopConfig })', anchor: 'tools' },
  'inference/toolloop/enginebuilder': { use: 'createEngineBuilder of @geppetto/enginebuilder', anchor: 'the-builder' },
  'inference/session/enginebuilder': { use: 'createEngineBuilder of @geppetto/enginebuilder', anchor: 'the-builder' },
  'inference/enginebuilder': { use: 'createEngineBuilder of @geppetto/enginebuilder', anchor: 'the-builder' },
  'inference/toolhelpers': { use: 'createEngineBuilder({ tools, snapshotHook })', anchor: 'tools' },
  'inference/tools': { use: 'defineTool of @geppetto/tools', anchor: 'tools' },
  'inference/middleware': { use: 'middlewares of createEngineBuilder', anchor: 'middlewares' },
  'inference/engine': { use: 'an engine of a provider package', anchor: 'engines' },
  'inference/engine/factory': {
    use: 'an engine of a provider package, or one made by @geppetto/settings',
    anchor: 'engines',
  },
  'inference/state': state,
  'inference/core': state,
  events: { use: '@geppetto/events', anchor: 'event-sinks' },
  turns: { use: '@geppetto/turns', anchor: 'turns' },
}

/** Methods of the session API, whose names are nobody else's. */
export const sessionMethods: Readonly<Record<string, Advice>> = {
  AppendNewTurnFromUserPrompt: { use: 'session.appendNewTurnFromUserPrompt(prompt)', anchor: 'start-and-wait' },
  AppendNewTurnFromUserPrompts: { use: 'session.appendNewTurnFromUserPrompts(…)', anchor: 'start-and-wait' },
  StartInference: { use: 'session.startInference()', anchor: 'start-and-wait' },
  CancelActive: cancel,
}
