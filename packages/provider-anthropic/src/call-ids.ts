/** What Anthropic takes as the id of a call. The API states no length; 64 is what all its neighbours take. */
export const callIdGrammar = '^[a-zA-Z0-9_-]{1,64}$'

const allowed = new RegExp(callIdGrammar)

/** The ids of calls as Anthropic takes them: always the same for the same conversation, and no two alike. */
export class CallIds {
  readonly #byCall = new Map<string, string>()
  readonly #taken: Set<string>

  /** @param own the provider's own ids in what goes back as it came: they stay as they are. */
  constructor(own: Iterable<string>) {
    this.#taken = new Set(own)
  }

  /** The id that is sent for a call: the provider's own where its message goes back, else ours made to fit. */
  assign(callId: string, own?: string): string {
    const id = this.#byCall.get(callId) ?? own ?? this.#fit(callId)
    this.#byCall.set(callId, id)
    return id
  }

  #fit(callId: string): string {
    const wanted = allowed.test(callId)
      ? callId
      : `${callId.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 48)}_${hash(callId)}`
    let id = wanted
    for (let count = 2; this.#taken.has(id); count++) id = `${wanted.slice(0, 60)}_${count}`
    this.#taken.add(id)
    return id
  }
}

/** FNV-1a: keeps apart what only differs in characters that cannot be sent. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value >>> 0).toString(36)
}
