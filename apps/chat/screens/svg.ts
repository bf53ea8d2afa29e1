import type { IBufferCell, Terminal } from '@xterm/headless'

const cellWidth = 8.4
const cellHeight = 18
const margin = 16
const bar = 28

const base = { background: '#1a1b26', text: '#c0caf5' }
const palette: readonly string[] = [
  '#414868',
  '#f7768e',
  '#9ece6a',
  '#e0af68',
  '#7aa2f7',
  '#bb9af7',
  '#7dcfff',
  '#c0caf5',
  '#565f89',
  '#f7768e',
  '#9ece6a',
  '#e0af68',
  '#7aa2f7',
  '#bb9af7',
  '#7dcfff',
  '#ffffff',
]

/** What is on the screen of a terminal, as a picture. */
export function svgOf(terminal: Terminal, title: string): string {
  const { active } = terminal.buffer
  const lines = Array.from({ length: terminal.rows }, (_, row) => active.getLine(active.viewportY + row))
  const used = lines.findLastIndex((line) => line?.translateToString(true) !== '') + 1
  const width = Math.ceil(terminal.cols * cellWidth + 2 * margin)
  const height = Math.ceil(used * cellHeight + 2 * margin + bar)
  const rows = lines.slice(0, used).map((line, row) => {
    const cells = Array.from({ length: terminal.cols }, (_, column) => line?.getCell(column))
    return cells.map((cell, column) => (cell === undefined ? '' : cellSvg(cell, column, row))).join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${base.background}"/>
${['#f7768e', '#e0af68', '#9ece6a'].map((color, index) => `<circle cx="${20 + index * 18}" cy="18" r="5.5" fill="${color}"/>`).join('')}
${rows.filter((row) => row !== '').join('\n')}
</svg>
`
}

/** Each character has a place of its own: fonts differ in their widths. */
function cellSvg(cell: IBufferCell, column: number, row: number): string {
  const characters = cell.getChars()
  const isInverse = cell.isInverse() !== 0
  const [x, y] = [round(margin + column * cellWidth), round(bar + margin + row * cellHeight)]
  const background = isInverse
    ? `<rect x="${x}" y="${y}" width="${cellWidth}" height="${cellHeight}" fill="${base.text}"/>`
    : ''
  if (characters.trim() === '') return background
  const fill = isInverse ? base.background : cell.isFgPalette() ? (palette[cell.getFgColor()] ?? base.text) : base.text
  const looks = [
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isItalic() ? ' font-style="italic"' : '',
    cell.isUnderline() ? ' text-decoration="underline"' : '',
    cell.isDim() ? ' opacity="0.55"' : '',
  ].join('')
  return `${background}<text x="${x}" y="${round(y + 13.5)}" fill="${fill}"${looks}>${escaped(characters)}</text>`
}

function round(length: number): number {
  return Math.round(length * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
