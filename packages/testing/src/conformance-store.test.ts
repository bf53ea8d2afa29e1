import { createMemoryStore } from '@geppetto/session'
import { describe, it } from 'vitest'
import { storeConformance } from './conformance-store.ts'

describe('the memory store', () => {
  it.each(storeConformance({ createStore: createMemoryStore }))('$name', ({ run }) => run())
})
