import type { ConstantNode, FunctionNode, MathNode, OperatorNode, SymbolNode } from 'mathjs'
import { ToolFailure } from './tool-failure.ts'

/** The longest expression, in characters: what it takes to calculate one is bounded by it. */
export const maxExpressionLength = 500

/** Each takes numbers to a number in a bounded time. None reaches the parser, the library itself, or makes lists. */
const functions: ReadonlySet<string> = new Set(
  `abs acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh exp expm1 factorial fix floor gamma gcd hypot lcm log log10 log1p log2
  max mean median min mod nthRoot pow round sign sin sinh sqrt square std sum tan tanh variance`.split(/\s+/),
)

const constants: ReadonlySet<string> = new Set(['pi', 'PI', 'e', 'E', 'tau', 'phi', 'i', 'true', 'false'])

const operators: ReadonlySet<string> = new Set(
  `add subtract multiply divide pow mod unaryMinus unaryPlus factorial to
  equal unequal smaller larger smallerEq largerEq and or not xor`.split(/\s+/),
)

/**
 * Sees to it that a parsed expression is only numbers, units, operators and known functions.
 * @throws ToolFailure `not_allowed` naming what is not.
 */
export function assertPlain(root: MathNode, isUnit: (name: string) => boolean): void {
  root.traverse((node, path, parent) => {
    // The name of a function is a symbol too, and was looked at with the call.
    if (path === 'fn' && parent?.type === 'FunctionNode') return
    const refused = findRefused(node, isUnit)
    if (refused !== undefined)
      throw new ToolFailure(
        'not_allowed',
        `${refused} is not something that this calculator does: it takes numbers, units, operators, and functions such as sqrt, log, sin, round and max`,
      )
  })
}

function findRefused(node: MathNode, isUnit: (name: string) => boolean): string | undefined {
  // The casts are true because the library names the class of a node in its type.
  switch (node.type) {
    case 'ParenthesisNode':
    case 'ConditionalNode':
    case 'RelationalNode':
      return undefined
    case 'ConstantNode': {
      const { value } = node as ConstantNode
      return typeof value === 'number' || typeof value === 'boolean' ? undefined : `the text ${JSON.stringify(value)}`
    }
    case 'OperatorNode': {
      const { fn, op } = node as OperatorNode
      return operators.has(fn) ? undefined : `the operator ${op}`
    }
    case 'SymbolNode': {
      const { name } = node as SymbolNode
      return constants.has(name) || isUnit(name) ? undefined : `the name ${name}`
    }
    case 'FunctionNode': {
      const { fn } = node as FunctionNode
      const name = fn.type === 'SymbolNode' ? fn.name : fn.toString()
      return functions.has(name) ? undefined : `the function ${name}`
    }
    default:
      return node.toString()
  }
}
