import { defineTool, type Tool } from '@geppetto/tools'
import { quote, toErrorData } from '@geppetto/turns'
import type { MathNode } from 'mathjs'
import { z } from 'zod'
import { assertPlain, maxExpressionLength } from './calculator-rules.ts'
import { whyNoNumber } from './no-number.ts'
import { ToolFailure } from './tool-failure.ts'

/** Works out an expression. The library is loaded at the first use. */
export const calculator: Tool<{ expression: string }, string> = defineTool({
  name: 'calculator',
  description:
    'Calculates the value of a mathematical expression, also with units, such as (2 + 3) * 4 or 5 km to mile.',
  input: z.object({
    expression: z.string().min(1).max(maxExpressionLength).describe('The expression, such as (2 + 3) * 4'),
  }),
  effects: 'none',
  execute: async ({ expression }) => `${expression.trim()} = ${await calculate(expression)}`,
})

/**
 * The value as text, to 14 significant digits. Takes operators, units, and the functions of the rules; everything else in the library's
 * language is refused before it is evaluated, so that the time and the memory that a calculation takes are bounded by its length.
 * @throws ToolFailure `invalid_expression`, `not_allowed`, `no_number`.
 */
export async function calculate(expression: string): Promise<string> {
  const math = await import('mathjs')
  const node = parse(math, withPlainOperators(expression))
  assertPlain(node, (name) => math.Unit.isValuelessUnit(name))
  const value = evaluate(node)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new ToolFailure('no_number', `${quote(expression)} ${whyNoNumber(node)}`)
  return format(math, value)
}

type MathLibrary = typeof import('mathjs')

/** The operators as the library writes them. */
function withPlainOperators(expression: string): string {
  return expression.replaceAll('**', '^').replaceAll(/[×·]/g, '*').replaceAll('÷', '/').replaceAll('−', '-').trim()
}

function parse(math: MathLibrary, expression: string): MathNode {
  if (expression === '')
    throw new ToolFailure('invalid_expression', 'the expression is empty: give one such as (2 + 3) * 4')
  try {
    return math.parse(expression)
  } catch (cause) {
    throw invalid(expression, cause)
  }
}

function evaluate(node: MathNode): unknown {
  try {
    return node.compile().evaluate()
  } catch (cause) {
    throw invalid(node.toString(), cause)
  }
}

function format(math: MathLibrary, value: unknown): string {
  if (Number.isSafeInteger(value)) return String(value)
  return math.format(value, { precision: 14, lowerExp: -9, upperExp: 15 })
}

function invalid(expression: string, cause: unknown): ToolFailure {
  const message = `${quote(expression)} cannot be calculated: ${toErrorData(cause).message}; give one expression such as (2 + 3) * 4`
  return new ToolFailure('invalid_expression', message, { cause })
}
