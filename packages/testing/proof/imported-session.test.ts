import { readFileSync } from 'node:fs'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { eliza } from '@geppetto/provider-eliza'
import { Session } from '@geppetto/session'
import { assistantText, contentText, diagnoseTurn, pendingCalls, repairTurn, type Turn } from '@geppetto/turns'
import { importAISDKMessages } from '@geppetto/turns/import'
import { turnFromYaml, turnToYaml } from '@geppetto/turns/yaml'
import { describe, expect, it } from 'vitest'

const fixtures = new URL('../../turns/fixtures/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, fixtures), 'utf8')
const messages: unknown = JSON.parse(read('import/ai-sdk-ui.json'))

const elsewhere: Readonly<Record<string, () => Turn>> = {
  'messages of the AI SDK': () => importAISDKMessages(Array.isArray(messages) ? messages : []).turn,
  'YAML of Go': () => turnFromYaml(read('yaml/weather.yaml')),
  'a damaged history': () => repairTurn(turnFromYaml(read('yaml/by-hand.yaml'))).turn,
}

function begin(turn: Turn): Session {
  const session = new Session({ builder: createEngineBuilder({ base: eliza() }) })
  session.append(turn)
  return session
}

describe('a session goes on with', () => {
  it.each(Object.entries(elsewhere))('%s', async (_name, make) => {
    const turn = make()
    const after = await begin(turn).run('I am sad.')
    expect(diagnoseTurn(after)).toEqual([])
    expect(assistantText(after)).not.toBe('')
    // Go can have it back.
    expect(turnFromYaml(turnToYaml(after))).toEqual(after)
  })

  it('a call that waited for an approval in the AI SDK, when it is answered', async () => {
    const { turn } = importAISDKMessages(Array.isArray(messages) ? messages : [])
    const session = begin(turn)
    const waiting = pendingCalls(turn).map(({ callId }) => ({ callId, content: 'sent to Bob' }))
    const answered = session.answerToolCalls(waiting)
    const result = answered.blocks.find((block) => block.kind === 'tool-result' && block.callId === 'c2')
    expect(result?.kind === 'tool-result' && contentText(result.content)).toBe('sent to Bob')
    expect(diagnoseTurn(answered)).toEqual([])
  })
})
