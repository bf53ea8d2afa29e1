import { describe, expect, it } from 'vitest'
import { LiveAnswer } from './live-answer.ts'

describe('LiveAnswer', () => {
  it('lifts finished paragraphs of a text that is still being written', () => {
    const answer = new LiveAnswer()
    answer.addText('t', 'One.\n\nTw')
    expect(answer.takeDone()).toEqual([{ kind: 'markdown', text: 'One.\n\n' }])
    expect(answer.items).toEqual([{ kind: 'markdown', text: 'Tw' }])
    answer.addText('t', 'o.')
    answer.finish('t', 5)
    expect(answer.takeDone()).toEqual([{ kind: 'markdown', text: 'Two.' }])
    expect(answer.items).toEqual([])
  })

  it('keeps what is done below what is not, and lifts both in their order', () => {
    const answer = new LiveAnswer()
    answer.changeTool('1', (tool) => ({ ...tool, name: 'slow', status: 'running' }))
    answer.changeTool('2', (tool) => ({ ...tool, name: 'quick', status: 'ok' }), true)
    expect(answer.takeDone()).toEqual([])
    expect(answer.items).toMatchObject([{ name: 'slow' }, { name: 'quick' }])
    answer.changeTool('1', (tool) => ({ ...tool, status: 'ok' }), true)
    expect(answer.takeDone()).toMatchObject([{ name: 'slow' }, { name: 'quick' }])
  })

  it('closes what was cut off', () => {
    const answer = new LiveAnswer()
    answer.addReasoning('r', 'so', 100)
    answer.changeTool('1', (tool) => ({ ...tool, name: 'slow', status: 'running' }))
    answer.addText('t', 'And')
    answer.end(350)
    expect(answer.takeDone()).toMatchObject([
      { kind: 'reasoning', text: 'so', durationMs: 250 },
      { kind: 'tool', status: 'cancelled' },
      { kind: 'markdown', text: 'And' },
    ])
  })

  it('makes visible what would steer a terminal', () => {
    const answer = new LiveAnswer()
    answer.addText('t', 'a\x1b]0;owned\x07')
    expect(answer.items).toEqual([{ kind: 'markdown', text: 'a\\x1b]0;owned\\x07' }])
  })
})
