import type { MathNode, OperatorNode } from 'mathjs'

/** Why an expression that could be evaluated has no number as its value: what went wrong in its innermost part. */
export function whyNoNumber(root: MathNode): string {
  const culprit = findCulprit(root)
  if (culprit !== undefined && dividesByZero(culprit)) return 'divides by zero'
  if (culprit?.type === 'FunctionNode' && isPole(culprit)) return `has no finite value at ${culprit.toString()}`
  return 'is too large: numbers go up to about 1.8e308'
}

/** The first part that is not finite although all of its own parts are. */
function findCulprit(root: MathNode): MathNode | undefined {
  return root
    .filter((node) => isInfinite(node) && !partsOf(node).some(isInfinite))
    .find((node) => node.type !== 'ParenthesisNode')
}

function dividesByZero(node: MathNode): boolean {
  if (node.type !== 'OperatorNode') return false
  // True because the library names the class of a node in its type.
  const { fn } = node as OperatorNode
  const [left, right] = partsOf(node).map(evaluate)
  return (fn === 'divide' && right === 0) || (fn === 'pow' && left === 0)
}

/** Whether the function's arguments are small: then it is not the size of the numbers that is at fault. */
function isPole(node: MathNode): boolean {
  return partsOf(node).every((part) => Math.abs(Number(evaluate(part))) <= 1)
}

function partsOf(node: MathNode): readonly MathNode[] {
  const parts: MathNode[] = []
  // The name of a function is a part too, with nothing to evaluate.
  node.forEach((part, path) => {
    if (path !== 'fn') parts.push(part)
  })
  return parts
}

function isInfinite(node: MathNode): boolean {
  const value = evaluate(node)
  return typeof value === 'number' && !Number.isFinite(value)
}

function evaluate(node: MathNode): unknown {
  try {
    return node.compile().evaluate()
  } catch {
    // The branch of a condition that was not taken need not be something that can be calculated.
    return undefined
  }
}
