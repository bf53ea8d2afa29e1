import type { Verdict } from '../judge.ts'
import { formatNumber, markdownTable } from './format.ts'

const order: readonly Verdict['state'][] = ['missed', 'near', 'met', 'not measured']

/** The targets, those that are missed first. */
export function targetTable(verdicts: readonly Verdict[]): string {
  const sorted = verdicts.toSorted((first, second) => order.indexOf(first.state) - order.indexOf(second.state))
  return markdownTable(
    ['target', 'at most', 'measured', 'noise', 'state'],
    sorted.map(({ target, figure, fault, state }) => [
      nameOf(target),
      formatNumber(target.limit, digitsOf(target.limit)),
      figure === undefined ? (fault ?? '') : formatNumber(figure.median, 2),
      figure === undefined ? '' : formatNumber(figure.noise, 2),
      state === 'missed' && figure !== undefined
        ? `**missed** by ${formatNumber(figure.median - target.limit, 2)}`
        : state,
    ]),
  )
}

/** One line for who watches a run. */
export function verdictLine({ target, figure, fault, state }: Verdict): string {
  const measured = figure === undefined ? fault : `${formatNumber(figure.median, 2)} ± ${formatNumber(figure.noise, 2)}`
  return `${state}: ${nameOf(target)}: ${measured ?? 'no figure'}, at most ${target.limit}`
}

function nameOf({ section, case: name, client, figure }: Verdict['target']): string {
  return `${section}: ${name === section ? '' : `${name}: `}${client}: ${figure}`
}

function digitsOf(limit: number): number {
  return Number.isInteger(limit) ? 0 : 1
}
