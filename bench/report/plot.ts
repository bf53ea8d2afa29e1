// A plot of bars, as SVG: readable in a light page and a dark one.
import { formatNumber } from './format.ts'

export interface Bar {
  readonly name: string
  readonly value: number
  readonly kind: 'floor' | 'ours' | 'peer'
}

const colours = { floor: '#8a8f98', ours: '#1a7f5a', peer: '#b8863b' } as const
const rowHeight = 22
const nameWidth = 190
const barWidth = 460
const top = 44

/** One bar for each entry, the shortest first, with its value. */
export function barPlot(title: string, bars: readonly Bar[]): string {
  const sorted = bars.toSorted((first, second) => first.value - second.value)
  const scale = barWidth / Math.max(1, ...sorted.map(({ value }) => value))
  const width = nameWidth + barWidth + 70
  const height = top + sorted.length * rowHeight + 12
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" role="img">
<title>${escapeText(title)}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="12" y="26" font-size="15" fill="#1f2328">${escapeText(title)}</text>
${sorted.map((bar, index) => barOf(bar, top + index * rowHeight, scale)).join('\n')}
</svg>
`
}

function barOf({ name, value, kind }: Bar, y: number, scale: number): string {
  const length = Math.max(1, value * scale).toFixed(1)
  const baseline = y + 14
  return `<text x="${nameWidth - 8}" y="${baseline}" text-anchor="end" fill="#1f2328">${escapeText(name)}</text>
<rect x="${nameWidth}" y="${y + 2}" width="${length}" height="${rowHeight - 7}" fill="${colours[kind]}"/>
<text x="${(nameWidth + Number(length) + 6).toFixed(1)}" y="${baseline}" fill="#1f2328">${formatNumber(value, 2)}</text>`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
