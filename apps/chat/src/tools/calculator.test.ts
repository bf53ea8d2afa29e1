import { background } from '@geppetto/context'
import { describe, expect, it } from 'vitest'
import { calculate, calculator } from './calculator.ts'
import { ToolFailure } from './tool-failure.ts'

describe('calculate', () => {
  it.each([
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['0.1 + 0.2', '0.3'],
    ['17 mod 5', '2'],
    ['20!', '2.4329020081766e+18'],
    ['10!', '3628800'],
    ['2^10', '1024'],
    ['2**10', '1024'],
    ['3 × 4 ÷ 2 − 1', '5'],
    ['sqrt(16) + abs(-2)', '6'],
    ['sqrt(-4)', '2i'],
    ['sin(pi / 2)', '1'],
    ['round(2.567, 1)', '2.6'],
    ['max(3, 9, 4)', '9'],
    ['1/3', '0.33333333333333'],
    ['5 km to m', '5000 m'],
    ['20 celsius to fahrenheit', '68 fahrenheit'],
    ['3 > 2', 'true'],
    ['9007199254740991', '9007199254740991'],
  ])('%s is %s', async (expression, value) => expect(await calculate(expression)).toBe(value))

  it.each(['9^9^9^9', 'factorial(1e9)', '200!', '1e999', '1/0', '0/0', '10^10^10 - 10^10^10'])(
    'says that %s is no number, and at once',
    async (expression) => {
      await expect(calculate(expression)).rejects.toMatchObject({ code: 'no_number' })
    },
  )

  it.each([
    ['1/0', '"1/0" divides by zero'],
    ['0/0', 'divides by zero'],
    ['1 + sqrt(2 / (3 - 3))', 'divides by zero'],
    ['0^-1', 'divides by zero'],
    ['9^9^9^9', 'is too large: numbers go up to about 1.8e308'],
    ['1e999', 'is too large'],
    ['1 / 1e-320', 'is too large'],
    ['10^10^10 - 10^10^10', 'is too large'],
    ['1 > 2 ? (-1)! : 1/0', 'divides by zero'],
    ['log(0)', 'has no finite value at log(0)'],
  ])('says why %s is no number', async (expression, why) => {
    await expect(calculate(expression)).rejects.toMatchObject({ message: expect.stringContaining(why) })
  })

  it.each(['', '  ', '2 +', '(2', '2 2', '1,000 + 1', '5 kg + 3 m', 'sqrt()', '(-1)!', 'round(1, 1000)'])(
    'says that %j cannot be calculated, and what can',
    async (expression) => {
      await expect(calculate(expression)).rejects.toMatchObject({
        code: 'invalid_expression',
        message: expect.stringContaining('such as (2 + 3) * 4'),
      })
    },
  )

  it.each([
    ['import("fs")', 'the function import'],
    ['createUnit("foo")', 'the function createUnit'],
    ['evaluate("1")', 'the function evaluate'],
    ['parse("1")', 'the function parse'],
    ['compile("1")', 'the function compile'],
    ['simplify("x + x")', 'the function simplify'],
    ['derivative("x^2", "x")', 'the function derivative'],
    ['config({})', 'the function config'],
    ['typed("a", {})', 'the function typed'],
    ['combinations(1e9, 5e8)', 'the function combinations'],
    ['ones(1e5, 1e5)', 'the function ones'],
    ['f(x) = f(x)', 'f(x) = f(x)'],
    ['x = 5', 'x = 5'],
    ['1:1e9', '1:1e+9'],
    ['[1, 2, 3]', '[1, 2, 3]'],
    ['{a: 1}', '{"a": 1}'],
    ['"abc"', 'the text "abc"'],
    ['process', 'the name process'],
    ['constructor', 'the name constructor'],
    ['sqrt.constructor', 'sqrt.constructor'],
    ['5 apples', 'the name apples'],
    ['max(1, sqrt(cos(evaluate(2))))', 'the function evaluate'],
  ])('refuses %s before it is evaluated', async (expression, what) => {
    await expect(calculate(expression)).rejects.toMatchObject({
      code: 'not_allowed',
      message: expect.stringContaining(`${what} is not something that this calculator does`),
    })
  })

  it('fails as any other expression does where the nesting is too deep for the library', async () => {
    expect(await calculate(`${'('.repeat(20)}1${')'.repeat(20)}`)).toBe('1')
    const outcome = await calculate(`${'('.repeat(249)}1${')'.repeat(249)}`).catch((error: unknown) => error)
    expect(outcome).toSatisfy((it) => it === '1' || (it instanceof ToolFailure && it.code === 'invalid_expression'))
  })
})

describe('calculator', () => {
  it('says what it has calculated', async () => {
    expect(await calculator.execute?.({ expression: ' 2 + 2 ' }, background())).toBe('2 + 2 = 4')
  })

  it('takes no expression without an end', async () => {
    const checked = await calculator.input['~standard'].validate({ expression: '1+'.repeat(300) })
    expect(checked.issues).toHaveLength(1)
  })
})
