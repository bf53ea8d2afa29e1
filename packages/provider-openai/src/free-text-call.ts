import { createWellFormedText, type DecoderOutput, type ToolCallWriter, type WellFormedText } from '@geppetto/engine'

/** Begins a call. @param isFreeText whether its input is a free text, which is no JSON: it becomes a JSON string, piece by piece. */
export function openCall(output: DecoderOutput, name: string, isFreeText: boolean): ToolCallWriter {
  const writer = output.toolCall(name)
  return isFreeText ? new FreeTextWriter(writer) : writer
}

class FreeTextWriter implements ToolCallWriter {
  readonly #writer: ToolCallWriter
  readonly #joiner: WellFormedText = createWellFormedText()

  constructor(writer: ToolCallWriter) {
    this.#writer = writer
    writer.append('"')
  }

  get callId(): string {
    return this.#writer.callId
  }

  get text(): string {
    const said: string = JSON.parse(`${this.#writer.text}"`)
    return said + this.#joiner.held
  }

  append(piece: string): void {
    this.#say(this.#joiner.push(piece))
  }

  finish(end?: Parameters<ToolCallWriter['finish']>[0]): void {
    this.#say(this.#joiner.end())
    this.#writer.append('"')
    this.#writer.finish(end)
  }

  cutOff(end?: Parameters<ToolCallWriter['cutOff']>[0]): void {
    this.#writer.cutOff(end)
  }

  #say(text: string): void {
    this.#writer.append(JSON.stringify(text).slice(1, -1))
  }
}
