/** The longest id that the API takes. */
const maxLength = 64

/** An id of ours, or of another provider's, as the API takes it: itself where it fits, else one that is made of it, always the same. */
export function toCallId(id: string): string {
  return id.length <= maxLength && /^[a-zA-Z0-9_-]+$/.test(id) ? id : `call_${digest(id)}`
}

/** 128 bits by FNV-1a: enough for two ids of one conversation never to meet. */
function digest(text: string): string {
  let hash = 0x6c62272e07bb014262b821756295c58dn
  for (let index = 0; index < text.length; index++) {
    hash ^= BigInt(text.charCodeAt(index))
    hash = BigInt.asUintN(128, hash * 0x0000000001000000000000000000013bn)
  }
  return hash.toString(16).padStart(32, '0')
}
