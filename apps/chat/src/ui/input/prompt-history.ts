/** Earlier prompts, to be called back; what was being typed comes back below the newest. */
export class PromptHistory {
  readonly #prompts: string[] = []
  #at = 0
  #begun = ''

  add(prompt: string): void {
    const known = this.#prompts.indexOf(prompt)
    if (known >= 0) this.#prompts.splice(known, 1)
    this.#prompts.push(prompt)
    this.#at = this.#prompts.length
  }

  /** The one before; undefined where there is none. */
  earlier(text: string): string | undefined {
    if (this.#at === this.#prompts.length) this.#begun = text
    if (this.#at === 0) return undefined
    this.#at--
    return this.#prompts[this.#at]
  }

  /** The one after, at last what was being typed; undefined behind that. */
  later(): string | undefined {
    if (this.#at === this.#prompts.length) return undefined
    this.#at++
    return this.#prompts[this.#at] ?? this.#begun
  }
}
