/** The types of images that models take. */
export const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** How the data of each begins, in base64. */
const beginnings: readonly (readonly [beginning: string, type: string])[] = [
  ['iVBORw0KGg', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
]

/** The type of an image by what is said of it, in its registered spelling, else by how its data begins; undefined where neither tells. */
export function imageTypeOf(mediaType: string | undefined, base64 = ''): string | undefined {
  if (mediaType === undefined) return beginnings.find(([beginning]) => base64.startsWith(beginning))?.[1]
  const type = mediaType.toLowerCase()
  // Many say so, and it is registered nowhere.
  return type === 'image/jpg' ? 'image/jpeg' : type
}
