import type { Commit, SessionStore, StoredRecord } from '@geppetto/session'

/** What a file of every version holds: everything that the schema has a place for. */
export const goldenCommits: readonly (readonly [sessionId: string, commit: Commit])[] = [
  [
    'golden \ud800',
    {
      records: [
        { v: 1, type: 'session', metadata: { title: 'The first \ud83e\udd80 \udc00', later: [null, 1e300, -0.5] } },
        { v: 1, type: 'turn', index: 0, turn: JSON.parse('{"id":"turn_1","parts":[],"__proto__":{"odd":true}}') },
        { v: 9, type: 'hologram', depth: { metres: 3 } },
      ],
      events: {
        events: [
          { epoch: 1, seq: 0, event: { type: 'run-started' } },
          { epoch: 1, seq: 1, deltaOf: 'text_1', event: { type: 'text-delta', text: 'Hel' } },
        ],
      },
      blobs: [
        {
          hash: 'sha256-2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
          bytes: new TextEncoder().encode('hello'),
        },
      ],
    },
  ],
  ['second', { records: [{ v: 1, type: 'session', metadata: { title: 'The second' } }] }],
]

/** What is left for the owner of the first session, in what files since version 2 hold. The first is taken. */
export const goldenNotes: readonly StoredRecord[] = [
  { v: 1, type: 'prompt-ended', runId: 'run_0', state: 'withdrawn' },
  { v: 1, type: 'prompt-ended', runId: 'run_3 \ud800', state: 'withdrawn', stop: 'user' },
  { v: 9, type: 'postcard', from: { far: ['away', null] } },
]

/** Puts it there, and leaves the first session held, with a request to cancel. Called with a clock that says 1,000. */
export async function fillGolden(store: SessionStore): Promise<void> {
  for (const [sessionId, commit] of goldenCommits) {
    const lease = await store.acquire(sessionId, { ttlMs: 1_000, holder: 'golden', runId: 'run_1' })
    await store.commit(lease, 0, { ...commit, release: true })
  }
  const [first] = goldenCommits[0] ?? ['']
  const [taken, ...left] = goldenNotes
  if (taken !== undefined) await store.leaveNote(first, taken)
  const [note] = await store.notes(first)
  const lease = await store.acquire(first, { ttlMs: 1_000, holder: 'golden', runId: 'run_1' })
  await store.commit(lease, 3, { records: [], takesNotes: note?.number ?? 0, release: true })
  for (const each of left) await store.leaveNote(first, each)
  await store.acquire(first, { ttlMs: 10_000, holder: 'golden \ud800', runId: 'run_2' })
  await store.requestCancel(first, 'run_2', 'please')
}
