import { type DecoderOutput, type PieceTarget, type ToolCallWriter, textIn } from '@geppetto/engine'
import { defined, type JsonObject, type JsonValue } from '@geppetto/turns'
import { openCall } from '../free-text-call.ts'
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
  #writer: ToolCallWriter | undefined
  #isClosed = false
  #isCut = false
  #isAmbiguous = false

  constructor(output: DecoderOutput, item: JsonObject) {
    this.#output = output
    this.#isFreeText = item.type === 'custom_tool_call'
    this.#open(item)
  }

  /** What takes more of its input, once its name is known. */
  get target(): PieceTarget | undefined {
    return this.#writer
  }

  /** The whole input has come. Whether it says more than we had. */
  heal(whole: string): boolean {
    this.#isClosed = true
    const input = whole.toWellFormed()
    const said = this.#writer?.text ?? ''
    const rest = restOf(input, said)
    if (rest !== '') this.#writer?.append(rest)
    // Of two different inputs none may be run.
    else if (!said.startsWith(input) && !isSameText(input, said)) this.#isAmbiguous = true
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
    writer.finish(payload === undefined ? {} : { payload })
  }

  /** Some hosts say the name late. */
  #open(item: JsonObject): void {
    if (this.#writer !== undefined) return
    const name = textIn(item, isBuiltInCallItem(item) ? 'type' : 'name')
    if (name === undefined || name.trim() === '') return
    this.#writer = openCall(this.#output, name, this.#isFreeText)
  }
}
