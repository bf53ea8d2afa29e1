import { expect, it } from 'vitest'
import { budgets } from '../../bench/size/budgets.ts'
import { appWithTools } from './app-with-tools.ts'
import { compile } from './compile.ts'

it('a tool costs the compiler the same whether it is the twentieth or the two hundredth', async () => {
  const few = await compile({ app: appWithTools(20) })
  const many = await compile({ app: appWithTools(200) })
  expect([...few.errors, ...many.errors]).toEqual([])
  // Of about 900, 600 are zod's own: the same schemas without defineTool.
  const perTool = (many.instantiations - few.instantiations) / 180
  expect(perTool).toBeGreaterThan(0)
  expect(perTool).toBeLessThan(1_100)
  expect(many.instantiations).toBeLessThan(budgets.instantiationsOf200Tools)
})
