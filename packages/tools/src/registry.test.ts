import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { createToolRegistry } from './registry.ts'

const tool = (name: string) => defineTool({ name, description: 'Does it.', input: z.object({}) })

describe('createToolRegistry', () => {
  it('finds tools by name and keeps their order', () => {
    const [b, a] = [tool('b'), tool('a')]
    const registry = createToolRegistry([b, a])
    expect(registry.get('a')).toBe(a)
    expect(registry.get('c')).toBeUndefined()
    expect(registry.tools).toEqual([b, a])
    expect(registry.definitions.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  it('has no tool for the names that every object has', () => {
    expect(createToolRegistry([]).get('constructor')).toBeUndefined()
    expect(createToolRegistry([]).get('__proto__')).toBeUndefined()
  })

  it('hands out the same definitions each time, so that what is made from them can be remembered', () => {
    const registry = createToolRegistry([tool('a')])
    expect(registry.definitions).toBe(registry.definitions)
  })

  it('does not follow the list that it was made from', () => {
    const tools = [tool('a')]
    const registry = createToolRegistry(tools)
    tools.push(tool('b'))
    expect(registry.tools).toHaveLength(1)
    expect(Object.isFrozen(registry.tools) && Object.isFrozen(registry.definitions)).toBe(true)
  })

  it('refuses two tools of one name and says which', () => {
    expect(() => createToolRegistry([tool('a'), tool('b'), tool('a')])).toThrow(
      expect.objectContaining({ code: 'duplicate_tool', toolName: 'a', message: expect.stringContaining('named a') }),
    )
  })

  it('refuses what is not a tool and says where it stands', () => {
    expect(() => Reflect.apply(createToolRegistry, undefined, [[tool('a'), { name: 'b' }]])).toThrow(
      expect.objectContaining({ code: 'invalid_tool', message: expect.stringContaining('tools[1]') }),
    )
  })
})
