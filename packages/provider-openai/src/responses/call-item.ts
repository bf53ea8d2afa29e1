import {
  createWellFormedText,
  type DecoderOutput,
  type ToolCallWriter,
  textIn,
  type WellFormedText,
} from '@geppetto/engine'
import { defined, type JsonObject, type JsonValue } from '@geppetto/turns'
import { isSameText, restOf } from '../rest-of.ts'
import { approvalInput } from './approval.ts'
import { approvalType, isBuiltInCallItem, isOurs } from './built-in-calls.ts'
import type { OpenItem } from './open-item.ts'

/** Whether the client has to answer what the item asks for. @param asks whether a server's question is one of them. */
export function isClientCall(item: JsonObject, asks: boolean): boolean {
  return inputOf(item) !== undefined && isOurs(item) && (asks || item.type !== approvalType)
}

/** The input of a call as text; undefined for what is no call of a client's tool. */
function inputOf(item: JsonObject): string | undefined {
  switch (item.type) {
    case 'function_call':
      return textIn(item, 'arguments') ?? ''
    case 'custom_tool_call':
      return textIn(item, 'input') ?? ''
    case 'local_shell_call':
    case 'shell_call':
      return written(item.action)
    case 'apply_patch_call':
      return written(item.operation)
    case 'computer_call':
      return written(computerInput(item))
    case 'tool_search_call':
      return textIn(item, 'arguments') ?? written(item.arguments)
    case approvalType:
      return approvalInput(item)
    default:
      return undefined
  }
}

/** What is to be done; with it what has to be allowed first. */
function computerInput({ actions, action, pending_safety_checks: checks }: JsonObject): JsonValue | undefined {
  const isSafe = !Array.isArray(checks) || checks.length === 0
  return isSafe ? (actions ?? action) : defined({ actions, action, pending_safety_checks: checks })
}

function written(value: JsonValue | undefined): string {
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

/** A call of a tool that the client runs. The built-in ones are called by the item's type. */
export class CallItem implements OpenItem {
  readonly size = 1
  readonly #output: DecoderOutput
  readonly #isFreeText: boolean
  readonly #joiner: WellFormedText = createWellFormedText()
  #writer: ToolCallWriter | undefined
  #seen = ''
  #isClosed = false
  #isCut = false
  #isAmbiguous = false

  constructor(output: DecoderOutput, item: JsonObject) {
    this.#output = output
    this.#isFreeText = item.type === 'custom_tool_call'
    this.#open(item)
  }

  append(delta: string): void {
    if (this.#writer === undefined) return
    this.#seen += delta
    this.#write(this.#writer, this.#joiner.push(delta))
  }

  /** The whole input has come. Whether it says more than we had. */
  heal(input: string): boolean {
    this.#isClosed = true
    const rest = restOf(input, this.#seen)
    if (rest !== '') this.append(rest)
    // Of two different inputs none may be run.
    else if (!this.#seen.startsWith(input) && !isSameText(input, this.#seen)) this.#isAmbiguous = true
    return rest !== ''
  }

  settle(item: JsonObject): boolean {
    this.#open(item)
    // At the token limit the provider closes the arguments too, and says here that they are not whole.
    this.#isCut = item.status === 'incomplete'
    return this.heal(inputOf(item) ?? '')
  }

  finish(_part: number, payload: JsonValue | undefined, isWhole: boolean): void {
    const writer = this.#writer
    if (writer === undefined) return
    if (!isWhole || !this.#isClosed || this.#isCut || this.#isAmbiguous) {
      writer.cutOff(payload === undefined ? {} : { payload })
      return
    }
    this.#write(writer, this.#joiner.end())
    if (this.#isFreeText) writer.append('"')
    writer.finish(payload === undefined ? {} : { payload })
  }

  /** A free text becomes a JSON string, piece by piece. */
  #write(writer: ToolCallWriter, text: string): void {
    writer.append(this.#isFreeText ? JSON.stringify(text).slice(1, -1) : text)
  }

  /** Some hosts say the name late. */
  #open(item: JsonObject): void {
    if (this.#writer !== undefined) return
    const name = textIn(item, isBuiltInCallItem(item) ? 'type' : 'name')
    if (name === undefined || name.trim() === '') return
    this.#writer = this.#output.toolCall(name)
    if (this.#isFreeText) this.#writer.append('"')
  }
}
