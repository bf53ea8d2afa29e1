import { appendBlocks, assistantBlock, createTurn, type Turn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

function setUp() {
  const store = createMemoryStore()
  const runInference = async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('yes'))
  const options = { builder: { build: () => ({ runInference }) } }
  const session = new Session({ ...options, store, id: 's' })
  return { session, open: () => Session.open(store, 's', options) }
}

describe('the list of branches', () => {
  it('says of each end what was asked there last, when, how far it is, and where it parts from the others', async () => {
    const { session, open } = setUp()
    const first = await session.run('one')
    const second = await session.run('two')
    const third = await session.run('three')
    const deux = session.editPrompt('deux', { at: 1 })
    await session.startInference().wait()
    const uno = session.editPrompt('uno', { at: 0 })
    await session.save()
    const expected = [
      {
        turnId: second.id,
        parentId: first.id,
        tipId: third.id,
        isCurrent: false,
        turnCount: 3,
        prompt: 'three',
        createdAt: third.createdAt,
      },
      {
        turnId: deux.id,
        parentId: first.id,
        tipId: deux.id,
        isCurrent: false,
        turnCount: 2,
        prompt: 'deux',
        createdAt: deux.createdAt,
      },
      { turnId: uno.id, tipId: uno.id, isCurrent: true, turnCount: 1, prompt: 'uno', createdAt: uno.createdAt },
    ]
    expect(session.branches()).toEqual(expected)
    expect((await open()).branches()).toEqual(expected)
  })

  it('has the session on a branch also where it stands before the end, and on none where several go on from it', async () => {
    const { session } = setUp()
    const first = await session.run('one')
    const second = await session.run('two')
    await session.run('three')
    session.checkout(second.id)
    expect(session.branches()).toMatchObject([{ turnId: first.id, isCurrent: true, turnCount: 3 }])
    session.regenerate()
    session.checkout(first.id)
    expect(session.branches().map(({ isCurrent }) => isCurrent)).toEqual([false, false])
  })

  it('shortens a long prompt to one line, and looks behind turns in which nothing was said', () => {
    const { session } = setUp()
    session.appendNewTurnFromUserPrompt(`  line one\n\tline two ${'👍'.repeat(100)}`)
    expect(session.branches()[0]?.prompt).toBe(`line one line two ${'👍'.repeat(61)}…`)
    const { latest } = session
    session.append(appendBlocks(createTurn({ blocks: latest?.blocks ?? [] }), assistantBlock('noted')))
    expect(session.branches()[0]?.prompt).toMatch(/^line one/)
    session.append(
      createTurn({ blocks: [userBlock([{ type: 'image', source: { type: 'url', url: 'https://x.y/z' } }])] }),
    )
    expect(session.branches()).toMatchObject([{ turnCount: 3, prompt: '' }])
  })
})
