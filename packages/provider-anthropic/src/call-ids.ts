/** What Anthropic takes as the id of a call. */
export const callIdGrammar = '^[a-zA-Z0-9_-]+$'

const allowed = new RegExp(callIdGrammar)

/** The ids of calls as Anthropic takes them: always the same for the same conversation, and no two alike. */
export class CallIds {
  readonly #byCall = new Map<string, string>()
  readonly #taken = new Set<string>()

  /** The id that is sent for a call: the provider's own, or ours made to fit. */
  assign(callId: string, own: string | undefined): string {
    const known = this.#byCall.get(callId)
    if (known !== undefined) return known
    const wanted = own ?? (allowed.test(callId) ? callId : `${callId.replace(/[^a-zA-Z0-9_-]/g, '_')}_${hash(callId)}`)
    let id = wanted
    for (let count = 2; this.#taken.has(id); count++) id = `${wanted}_${count}`
    this.#taken.add(id)
    this.#byCall.set(callId, id)
    return id
  }
}

/** FNV-1a: keeps apart what only differs in characters that cannot be sent. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value >>> 0).toString(36)
}
