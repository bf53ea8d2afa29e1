// docs/size.md: a table of what was measured, with the budgets beside it.
import type { Budgets } from './budgets.ts'
import type { Sizes } from './measure-sizes.ts'

const link = (name: string): string =>
  `[\`${name.replace('@geppetto/', '')}\`](../packages/${name.replace('@geppetto/', '')})`

/** The page. */
export function sizePage({ packages, bundles }: Sizes, budgets: Budgets): string {
  const packageRows = Object.entries(packages).map(([name, size]) => {
    const budget = budgets.packages[name]
    return row(
      link(name),
      `${size.packages} (${budget?.packages})`,
      `${round(size.packedKB)} (${budget?.packedKB})`,
      round(size.ownKB),
      `${round(size.installedKB)} (${budget?.installedKB})`,
    )
  })
  const bundleRows = Object.entries(bundles).map(([name, size]) =>
    row(name, `${size.toFixed(1)} (${budgets.bundles[name]})`),
  )
  return `# Size

<!-- Written by \`npm test -- bench/size -u\`. -->

What installing and loading costs. In brackets the budgets, of [\`bench/size/budgets.json\`](../bench/size/budgets.json): \`npm test\` fails where one is exceeded, and where a
figure of this page is more than a tenth off.

## Installed

Each package by itself, with all that it depends on; optional peers are not counted. The vendors' SDKs are nearly all of the providers' weight: they are loaded at the first
request, and not at all by \`/fetch\`.

| package | packages (at most) | download, KB (at most) | unpacked, KB | with what it depends on, KB (at most) |
| --- | ---: | ---: | ---: | ---: |
${packageRows.join('\n')}

## Bundled for a browser

By esbuild, minified and compressed: what loads at once. The programs are those of the [benchmarks](../bench/clients/catalogue.ts): \`engine\` makes a turn and has it
answered, \`session\` has a conversation with tools; each by one adapter, for Chat Completions.

| program | gzip, KB (at most) |
| --- | ---: |
${bundleRows.join('\n')}

## Type-checked

A program with 200 tools, each with zod schemas of its own for input and output, makes the compiler instantiate at most ${budgets.instantiationsOf200Tools.toLocaleString('en')} types, about as many for the twentieth tool
as for the two hundredth.

## Imported

What loading a program takes is a time, and so no matter of \`npm test\`: it is in the [benchmarks](benchmarks.md#import), beside its target.
`
}

/** The page as it is, where none of its figures is off by more than a tenth and all else is the same; else the new one. */
export function keptPage(present: string, fresh: string): string {
  const figures = / (\d+(?:\.\d+)?)(?= [(|])/g
  const [ours, theirs] = [present, fresh].map((page) => [...page.matchAll(figures)].map(([, figure]) => Number(figure)))
  const isSameElse = present.replaceAll(figures, '') === fresh.replaceAll(figures, '')
  const isNear = ours?.every((figure, index) => Math.abs(figure - (theirs?.[index] ?? 0)) <= Math.max(1, figure / 10))
  return isSameElse && isNear === true ? present : fresh
}

function round(size: number): string {
  return String(Math.round(size))
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
