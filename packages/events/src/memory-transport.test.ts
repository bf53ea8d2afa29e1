import { settlePromises } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { createMemoryTransport } from './memory-transport.ts'

describe('the transport in memory', () => {
  it('loses what nobody listens to, and keeps nothing for who comes later', () => {
    const transport = createMemoryTransport()
    const seen: string[] = []
    expect(transport.publish('topic', 'early')).toBeUndefined()
    transport.subscribe('topic', (payload) => void seen.push(payload))
    transport.publish('topic', 'one')
    transport.publish('other', 'elsewhere')
    expect(seen).toEqual(['one'])
  })

  it('ends a subscription, and only that one', () => {
    const transport = createMemoryTransport()
    const seen: string[] = []
    const listener = (payload: string) => void seen.push(payload)
    const stop = transport.subscribe('topic', listener)
    transport.subscribe('topic', listener)
    transport.publish('topic', 'both')
    stop()
    stop()
    transport.publish('topic', 'one')
    expect(seen).toEqual(['both', 'both', 'one'])
  })

  it('gives the next payload when every listener has taken the last', async () => {
    const transport = createMemoryTransport()
    const order: string[] = []
    transport.subscribe('topic', async (payload) => {
      await settlePromises()
      order.push(`slow ${payload}`)
    })
    transport.subscribe('topic', (payload) => void order.push(`quick ${payload}`))
    const [one, two] = [transport.publish('topic', 'one'), transport.publish('topic', 'two')]
    expect(order).toEqual(['quick one'])
    await one
    await two
    expect(order).toEqual(['quick one', 'slow one', 'quick two', 'slow two'])
  })

  it('tells each publisher of the fault with its own payload, and goes on', async () => {
    const transport = createMemoryTransport()
    transport.subscribe('topic', async (payload) => {
      await settlePromises()
      if (payload === 'bad') throw new Error('cannot take it')
    })
    const publishing = ['good', 'bad', 'good'].map(async (payload) => transport.publish('topic', payload))
    const outcomes = await Promise.allSettled(publishing)
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(transport.publish('topic', 'again')).toBeInstanceOf(Promise)
  })

  it('does not deepen the stack by what is published from within a listener', () => {
    const transport = createMemoryTransport()
    let taken = 0
    transport.subscribe('topic', (payload) => {
      taken++
      if (payload === 'many') for (let index = 0; index < 50_000; index++) void transport.publish('topic', 'one')
    })
    transport.publish('topic', 'many')
    expect(taken).toBe(50_001)
  })
})
