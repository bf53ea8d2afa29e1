/** How many bytes are made a text at once: a call takes only so many arguments. */
const chunk = 0x8000

/** The bytes as base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let start = 0; start < bytes.length; start += chunk)
    binary += String.fromCharCode(...bytes.subarray(start, start + chunk))
  return btoa(binary)
}

/** The bytes of a base64 text; undefined where it is none, or not the one that {@link toBase64} makes of them. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    // No base64: it is kept as it stands.
    return undefined
  }
  if (btoa(binary) !== text) return undefined
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}
