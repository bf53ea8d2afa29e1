const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long ago something was, for people. */
export function ageOf(time: number, now: number): string {
  const age = now - time
  if (age < minute) return 'just now'
  if (age < hour) return counted(Math.floor(age / minute), 'minute')
  if (age < day) return counted(Math.floor(age / hour), 'hour')
  if (age < 30 * day) return counted(Math.floor(age / day), 'day')
  return new Date(time).toISOString().slice(0, 10)
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`
}
