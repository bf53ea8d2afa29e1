import { type BrokenStore, bent } from './broken-store.test-helper.ts'

export const brokenNotes: readonly BrokenStore[] = [
  [
    'gives the newest note first',
    /as they were left, in their order/,
    bent((store) => ({ notes: async (sessionId) => (await store.notes(sessionId)).toReversed() })),
  ],
  [
    'keeps notes from the owner',
    /as they were left, in their order/,
    bent(() => ({ readInbox: async () => ({ notes: [] }) })),
  ],
  [
    'takes notes for a session that is not there',
    /as they were left, in their order/,
    bent((store) => ({
      leaveNote: async (sessionId, note) => {
        await store.leaveNote(sessionId, note)
        return true
      },
    })),
  ],
  [
    'takes all notes with any commit',
    /up to the one that it names/,
    bent((store) => ({
      commit: (lease, head, commit) => store.commit(lease, head, { ...commit, takesNotes: Number.POSITIVE_INFINITY }),
    })),
  ],
  [
    'counts the notes that are left',
    /up to the one that it names/,
    bent((store) => ({
      notes: async (sessionId) =>
        (await store.notes(sessionId)).map(({ note }, index) => ({ number: index + 1, note })),
    })),
  ],
  [
    'takes notes whatever becomes of the commit',
    /refused takes no note/,
    bent((store) => {
      let taken = 0
      return {
        commit: (lease, head, commit) => {
          taken = Math.max(taken, commit.takesNotes ?? 0)
          return store.commit(lease, head, commit)
        },
        notes: async (sessionId) => (await store.notes(sessionId)).filter(({ number }) => number > taken),
      }
    }),
  ],
  [
    'keeps the notes of a session that was deleted',
    /thrown away with their session/,
    bent((store) => {
      const left: Awaited<ReturnType<typeof store.notes>>[number][] = []
      return {
        leaveNote: async (sessionId, note) => {
          left.push({ number: left.length + 1, note })
          return store.leaveNote(sessionId, note)
        },
        notes: async () => left,
      }
    }),
  ],
  [
    'counts the notes of a session anew once it was deleted',
    /numbers of notes grow/,
    bent((store) => {
      let before = 0
      return {
        notes: async (sessionId) =>
          (await store.notes(sessionId)).map(({ number, note }) => ({ number: number - before, note })),
        commit: (lease, head, { takesNotes, ...commit }) =>
          store.commit(lease, head, {
            ...commit,
            ...(takesNotes !== undefined && { takesNotes: takesNotes + before }),
          }),
        delete: async (sessionId) => {
          before = (await store.notes(sessionId)).at(-1)?.number ?? before
          return store.delete(sessionId)
        },
      }
    }),
  ],
  [
    'takes any note',
    /no JSON is refused/,
    bent((store) => ({ leaveNote: (sessionId) => store.leaveNote(sessionId, { v: 1, type: 'note' }) })),
  ],
  [
    'renews a lease for the run that it was for',
    /renewed for another run is for that one/,
    bent((store) => ({ renew: (lease, ttlMs) => store.renew(lease, ttlMs) })),
  ],
]
