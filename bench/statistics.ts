/** Of numbers that are any; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** What lies between the lower and the upper quarter: how far rounds are apart without the few that something disturbed. */
export function quartileRange(values: readonly number[]): number {
  return quantile(values, 0.75) - quantile(values, 0.25)
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((first, second) => first - second)
  const place = (sorted.length - 1) * part
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}
