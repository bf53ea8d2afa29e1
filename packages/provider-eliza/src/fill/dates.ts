const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const dayMs = 86_400_000
const daysAhead: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tonight: 0, tomorrow: 1 }

const name =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const dayFirst = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${name},? (\\d{4})\\b`, 'i')
const monthFirst = new RegExp(`\\b${name} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, 'i')

/** A day in a text, and where it stands. */
export interface FoundDate {
  /** As ISO 8601 has it: `2026-05-01`. */
  readonly date: string
  readonly start: number
  readonly end: number
}

/** The first day that a text names. `now`, in milliseconds since the epoch, says which day is today, in UTC. */
export function findDate(text: string, now: number): FoundDate | undefined {
  const iso = /\b\d{4}-\d{2}-\d{2}\b/.exec(text)
  if (iso !== null) return at(iso, iso[0])
  const byDay = dayFirst.exec(text)
  if (byDay !== null) return at(byDay, compose(byDay[3], byDay[2], byDay[1]))
  const byMonth = monthFirst.exec(text)
  if (byMonth !== null) return at(byMonth, compose(byMonth[3], byMonth[1], byMonth[2]))
  const relative = /\b(yesterday|today|tonight|tomorrow)\b/i.exec(text)
  if (relative === null) return undefined
  const days = daysAhead[relative[0].toLowerCase()] ?? 0
  return at(relative, new Date(now + days * dayMs).toISOString().slice(0, 10))
}

function at(match: RegExpExecArray, date: string): FoundDate {
  return { date, start: match.index, end: match.index + match[0].length }
}

function compose(year = '', month = '', day = ''): string {
  const number = months.indexOf(month.slice(0, 3).toLowerCase()) + 1
  return `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`
}
