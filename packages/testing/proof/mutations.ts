import type { Mutation } from './mutation.ts'

/** Changes of the settlement and of what it stands on. Each breaks a promise, and the proof must see it. */
export const mutations: readonly Mutation[] = [
  // The one way out of a run.
  { file: 'session/src/runs/settle-run.ts', drop: 'events.silence(aborted, ctx.clock.now())' },
  {
    file: 'session/src/runs/settle-run.ts',
    drop: 'events.tellSealed(judged.turn, run.progress?.handedOver ?? new Set())',
  },
  { file: 'session/src/runs/settle-run.ts', drop: 'host.keep(judged.turn)' },
  { file: 'session/src/runs/settle-run.ts', drop: 'progress.sealed = judged.turn' },
  { file: 'session/src/runs/settle-run.ts', drop: 'progress.decided = { verdict, usage, last, isCompleted }' },
  {
    file: 'session/src/runs/settle-run.ts',
    swap: ['  host.keep(judged.turn)\n', '  warnings.push(...inStore)\n'],
  },
  { file: 'session/src/runs/settle-run.ts', drop: '  events.finish(last)\n' },
  {
    file: 'session/src/runs/settle-run.ts',
    replace: ['  host.free(summarize(verdict, { runId, usage, requestId }), isCompleted)\n  events', '  events'],
  },
  {
    file: 'session/src/runs/settle-run.ts',
    replace: [
      '  host.free(summarize(verdict, { runId, usage, requestId }), isCompleted)\n  events.finish(last)',
      '  events.finish(last)\n  host.free(summarize(verdict, { runId, usage, requestId }), isCompleted)',
    ],
  },
  { file: 'session/src/runs/settle-run.ts', drop: '  run.stopWork()\n' },
  { file: 'session/src/runs/settle-run.ts', drop: '  await events.drain(host.graces.drainMs)\n  const' },
  {
    file: 'session/src/runs/settle-run.ts',
    drop: '  if (persister !== undefined) warnings.push(...(await persist(persister, ctx, verdict.turn, host.graces)))\n',
  },
  { file: 'session/src/runs/settle-run.ts', drop: '  progress.isPersisted = true\n' },
  { file: 'session/src/runs/settle-run.ts', replace: ["ending.how === 'abandoned'", 'false'] },
  {
    file: 'session/src/runs/settle-run.ts',
    drop: '  await attempt(() => free(run, last ?? terminalEvent(verdict, usage), verdict, usage, decided?.isCompleted ?? false))\n',
  },
  { file: 'session/src/runs/settle-run.ts', drop: '  await attempt(stopWork)\n' },
  { file: 'session/src/runs/settle-run.ts', drop: '  await attempt(() => events.drain(host.graces.drainMs))\n' },
  {
    file: 'session/src/runs/settle-run.ts',
    replace: ['    if (claim !== undefined)\n      await attempt', '    if (false)\n      await attempt'],
  },
  // What it writes.
  {
    file: 'session/src/ledger/write-verdict.ts',
    replace: ['const ending = claim.end()', 'const ending = Promise.resolve()'],
  },
  {
    file: 'session/src/ledger/write-verdict.ts',
    replace: [
      'await failureWithin(clock, graces.storeMs, () => claim.settle([record], [last], isAwaited))',
      'await failureWithin(clock, graces.storeMs, () => {})',
    ],
    seenBy: 'packages/session/src/ledger/write-verdict.test.ts',
  },
  { file: 'session/src/waiting/in-time.ts', drop: 'stopTimer()' },
  { file: 'session/src/waiting/in-time.ts', replace: ['Promise.race([ask(), timeout.promise])', 'ask()'] },
  // How it comes to it.
  { file: 'session/src/runs/run.ts', drop: '    this.#progress?.end()\n' },
  { file: 'session/src/runs/runner-end.ts', drop: '    stopGrace()\n' },
  { file: 'session/src/runs/runner-end.ts', drop: "    signal.removeEventListener('abort', onAbort)\n" },
  {
    file: 'session/src/runs/runner-end.ts',
    drop: "  else signal.addEventListener('abort', onAbort, { once: true })\n",
  },
  { file: 'session/src/runs/run-outcome.ts', drop: '    this.tell(result)\n' },
  { file: 'session/src/runs/run.ts', replace: ['persister: this.#built?.persister', 'persister: undefined'] },
  { file: 'session/src/runs/run-claim.ts', drop: '    if (!isWanted()) return claim.end()\n' },
  { file: 'session/src/runs/run-claim.ts', drop: '    this.#held = claim\n' },
  { file: 'session/src/runs/run-claim.ts', drop: '    await starting\n' },
  { file: 'session/src/runs/run-events.ts', drop: '    this.#isAnnounced = true\n' },
  {
    file: 'session/src/runs/run-events.ts',
    drop: '    this.#voice.silence()\n',
    seenBy: 'packages/testing/proof/session-late.test.ts',
  },
  {
    file: 'session/src/runs/run-events.ts',
    drop: '    for (const draft of closeOpenItems(this.replay(), { outcome, stop, now })) this.publish(draft)\n',
  },
  // What is kept of the turn.
  {
    file: 'session/src/runs/ending.ts',
    replace: ['withRecords(withSeenText(made, input, events), events, runId)', 'withRecords(made, events, runId)'],
  },
  {
    file: 'session/src/runs/ending.ts',
    replace: ['const { turn } = addArrived(reached, error, events, nextId)', 'const { turn } = reached'],
  },
  {
    file: 'session/src/runs/ending.ts',
    replace: ['return sealTurn(turn, { runId, nextId, now, outcomeOf })', 'return turn'],
  },
  {
    file: 'session/src/runs/call-outcome.ts',
    replace: ["mayHaveRun.has(callId) ? 'unknown' : ", ''],
    seenBy: 'packages/testing/proof/foreign-executor.test.ts',
  },
  { file: 'session/src/contract/kept-turn.ts', replace: ['event.seq > state.seq', 'event.seq > 0'] },
  { file: 'turns/src/seal.ts', drop: '      unanswered.push(block)\n' },
  // Steps.
  { file: 'session/src/runs/run-progress.ts', drop: '    host.keep(made)\n' },
  {
    file: 'session/src/runs/run-progress.ts',
    drop: "    await claim?.commit([{ type: 'step-reached', runId, seq: this.#committed.seq }])\n",
  },
  // The store.
  {
    file: 'session/src/ledger/ledger.ts',
    drop: '    if (this.#unsure !== undefined) await this.#clearUp(this.#unsure)\n',
  },
  {
    file: 'session/src/ledger/ledger.ts',
    replace: ['newsOf(source, stored, records, takes.turns)', 'newsOf(source, stored, records)'],
    seenBy: 'packages/testing/proof/slow-store.test.ts',
  },
  { file: 'session/src/ledger/store-claim.ts', drop: '    this.#keeper.stop()\n' },
  {
    file: 'session/src/ledger/store-claim.ts',
    drop: '      else if (!this.#isReleased) await this.#options.release(this.#keeper.lease)\n',
  },
  { file: 'session/src/ledger/store-claim.ts', drop: '    this.#cancelWatch.stop()\n' },
  {
    file: 'session/src/ledger/lease-desk.ts',
    drop: '    if (this.#unreleased !== undefined) await this.#releaseLeftover(ctx, this.#unreleased)\n',
  },
  { file: 'session/src/ledger/lease-keeper.ts', drop: '    this.#stopTimer()\n' },
  // What outlives the process.
  {
    file: 'session/src/ledger/store-claim.ts',
    drop: '        this.journal.giveBack(batch)\n',
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'session/src/ledger/journal.ts',
    drop: '    if (this.#written.has(segmentId)) this.#finished.add(segmentId)\n',
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'session/src/runs/recover-run.ts',
    drop: "  events.publish({ type: 'run-rolled-back', fromSeq: sequence.last + 1, reason })\n",
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'session/src/runs/recover-run.ts',
    replace: ['sequence.skipTo(Math.max(past.at(-1)?.seq ?? 0, run.startedSeq))', 'sequence.skipTo(run.startedSeq)'],
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'session/src/runs/resume.ts',
    drop: "    if (block.outcome === 'unknown' && !isDismissed(block)) unsureCalls.add(block.callId)\n",
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'session/src/runs/ending.ts',
    replace: ['return leaveCalls(turn, takenUp, handedOver)', 'return turn'],
    seenBy: 'packages/testing/proof/taken-up.test.ts',
  },
  {
    file: 'session/src/runs/settle-lost-run.ts',
    replace: ['found?.head !== stored.head', 'false'],
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'session/src/runs/settle-lost-run.ts',
    drop: '    // Whoever opens the session next must not take this for an owner that lives.\n    await claim.end()\n',
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'session/src/runs/recover-run.ts',
    drop: '  for (const result of unheardOf(lost, past)) tellUnknown(events, result)\n',
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  {
    file: 'store-sqlite/src/holdings.ts',
    drop: ', cancel_reason = NULL',
    seenBy: 'packages/testing/proof/store-sqlite.test.ts',
  },
  // Readers of a session.
  {
    file: 'session/src/follow/reader-ahead.ts',
    drop: '  if (hasLater && last === undefined && from.epoch === 0) return undefined\n',
    seenBy: 'packages/testing/proof/crash-recovery.test.ts',
  },
  // Others that must be stopped, or left.
  {
    file: 'context/src/wait.ts',
    replace: ["const settled = () => signal.removeEventListener('abort', onAbort)", 'const settled = () => {}'],
  },
  { file: 'context/src/wait.ts', replace: ['.finally(stopTimer)', ''] },
  { file: 'events/src/hub.ts', drop: '    this.#channel.close(graceMs)\n' },
  { file: 'events/src/hub.ts', drop: '        stop()\n' },
  { file: 'tools/src/attempt.ts', drop: '      limited.release()\n' },
  { file: 'tools/src/attempt.ts', drop: '      stopGraceTimer()\n' },
  {
    file: 'tools/src/attempt.ts',
    drop: "      stopGraceTimer = ctx.clock.schedule(() => end({ kind: 'stopped', by, isAbandoned: true }), limits.graceMs)\n",
  },
  { file: 'tools/src/run-attempts.ts', replace: ["call.tool.effects !== 'side-effecting'", 'true'] },
  // Arguments that did not arrive whole, or do not fit.
  { file: 'tools/src/check-call.ts', replace: ['if (result.issues !== undefined)', 'if (false)'] },
  {
    file: 'turns/src/tool-input.ts',
    drop: "  if (!isClosed) return { state: 'incomplete', raw }\n",
    seenBy: 'packages/testing/proof/cut-arguments.test.ts',
  },
  // Calls that may have run when a process dies.
  { file: 'tools/src/run-call.ts', replace: ['(await recordStart(step, block))', 'true'] },
  { file: 'tools/src/run-call.ts', drop: '    step.fail(error)\n' },
  {
    file: 'tools/src/step.ts',
    replace: ['return isSure ? end : mayHaveRunBefore(end)', 'return end'],
    seenBy: 'packages/testing/proof/resumption.test.ts',
  },
  {
    file: 'enginebuilder/src/tool-step.ts',
    drop: '  if (!recordsItself) await recordStarts(loop, ctx, turn, calls, scope)\n',
    seenBy: 'packages/testing/proof/foreign-executor.test.ts',
  },
  {
    file: 'enginebuilder/src/tool-step.ts',
    drop: '  scope?.noteTurn(open)\n',
    seenBy: 'packages/testing/proof/foreign-executor.test.ts',
  },
  {
    file: 'enginebuilder/src/unsure-calls.ts',
    replace: ['if (!mayHaveEffects(registry, block))', 'if (true)'],
    seenBy: 'packages/testing/proof/resumption.test.ts',
  },
  // Further attempts.
  {
    file: 'middleware/src/failed-attempts.ts',
    replace: ['sequence.last ?? 0) + 1', 'sequence.last ?? 0) + 2'],
    seenBy: 'packages/testing/proof/retry-run.test.ts',
  },
  {
    file: 'middleware/src/retry.ts',
    drop: "        failed.rollBack(error, 'the provider call failed and is made again')\n",
    seenBy: 'packages/testing/proof/retry-property.test.ts',
  },
  {
    file: 'middleware/src/fallback.ts',
    drop: "        failed.rollBack(error, 'the provider call failed and another engine is asked')\n",
    seenBy: 'packages/testing/proof/retry-property.test.ts',
  },
  {
    file: 'middleware/src/retry.ts',
    replace: ["(error.visible && afterVisible === 'fail')", 'false'],
    seenBy: 'packages/testing/proof/retry-run.test.ts',
  },
  {
    file: 'engine/src/call-engine.ts',
    drop: '  ctx.get(checkKey)?.()\n',
    seenBy: 'packages/testing/proof/retry-run.test.ts',
  },
  // What is hard to read.
  {
    file: 'session/src/queue/note-taker.ts',
    replace: ["if (record === 'newer') break", "if (record === 'newer') continue"],
    seenBy: 'packages/session/src/queue/unreadable-notes.test.ts',
  },
  {
    file: 'session/src/queue/lasting-failure.ts',
    drop: "error.reason === 'damaged' || ",
    seenBy: 'packages/session/src/queue/lasting-failure.test.ts',
  },
  {
    file: 'session/src/queue/line-watch.ts',
    drop: '      this.#giveUp(error)\n',
    seenBy: 'packages/session/src/queue/unreadable-answers.test.ts',
  },
  {
    file: 'session/src/ledger/store-claim.ts',
    replace: ['if (this.#hasBegun) options', 'options'],
    seenBy: 'packages/session/src/ledger/left-behind.test.ts',
  },
  {
    file: 'session/src/ledger/left-behind.ts',
    drop: 'written.includes(left) || ',
    seenBy: 'packages/session/src/ledger/left-behind.test.ts',
  },
  {
    file: 'session/src/ledger/ledger.ts',
    replace: ['behind(underLease(end, claim.epoch), write)', 'behind(end, write)'],
    seenBy: 'packages/session/src/ledger/left-behind.test.ts',
  },
  {
    file: 'session/src/records/unread-turn.ts',
    replace: ['if (turn[name] !== this[name]) refuse', 'if (false) refuse'],
    seenBy: 'packages/session/src/records/unread-turn.test.ts',
  },
  {
    file: 'session/src/history/turn-reader.ts',
    drop: '      this.#unchecked.check(turn)\n',
    seenBy: 'packages/session/src/records/unread-turn.test.ts',
  },
  // Memory.
  {
    file: 'events/src/event-queue.ts',
    replace: ['this.#entries.length - this.#head >= this.#limits.capacity', 'false'],
    seenBy: 'packages/testing/proof/sink-policies.test.ts',
  },
]
