const endings = [
  'isations',
  'izations',
  'isation',
  'ization',
  'ations',
  'ators',
  'ation',
  'ator',
  'ating',
  'ates',
  'ated',
  'ate',
  'ings',
  'ing',
  'ions',
  'ion',
  'ers',
  'er',
  'ors',
  'or',
  'ies',
  'ied',
  'es',
  'ed',
  'ly',
  's',
  'e',
  'y',
] as const

/** The part of a word that its forms have in common, roughly: `reader`, `reads` and `reading` are `read`. Only good for comparing. */
export function stem(word: string): string {
  const lower = word.toLowerCase()
  for (const ending of endings) {
    const rest = lower.slice(0, -ending.length)
    if (rest.length < 3 || !lower.endsWith(ending)) continue
    if ((ending === 'er' || ending === 'or' || ending === 'ers' || ending === 'ors') && rest.length < 4) continue
    if (ending === 's' && rest.endsWith('s')) continue
    return withoutDouble(rest)
  }
  return withoutDouble(lower)
}

/** `running` and `run`, `calling` and `call`. */
function withoutDouble(rest: string): string {
  return /([bdfglmnprtz])\1$/.test(rest) && rest.length > 3 ? rest.slice(0, -1) : rest
}

/** The words of a name: `getWeather_v2` is get, weather, v2. Lower case. */
export function splitName(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}
