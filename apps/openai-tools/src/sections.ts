import type { Event, EventSink } from '@geppetto/events'
import { contentText, visibleText } from '@geppetto/turns'

/** Prints reasoning and answer under headings of their own as they stream, and a line for each call and result. */
export function printSections(write: (text: string) => void): EventSink {
  let section = ''
  let atLineStart = true
  const put = (text: string): void => {
    if (text === '') return
    write(visibleText(text))
    atLineStart = text.endsWith('\n')
  }
  const endLine = (): void => {
    if (!atLineStart) put('\n')
  }
  const open = (name: string): void => {
    if (section === name) return
    endLine()
    if (section !== '') put('\n')
    section = name
    put(`--- ${name}\n`)
  }
  return {
    publish(event) {
      switch (event.type) {
        case 'reasoning-delta':
          open('Reasoning')
          return put(event.delta)
        case 'text-delta':
          open('Answer')
          return put(event.delta)
        case 'reasoning-finished':
        case 'text-finished':
          return endLine()
        default: {
          const line = lineFor(event)
          if (line === undefined) return
          open('Tools')
          put(`${line}\n`)
        }
      }
    },
  }
}

function lineFor(event: Event): string | undefined {
  switch (event.type) {
    case 'tool-call-finished': {
      const { name, input } = event
      return `call ${name} ${input.state === 'parsed' ? JSON.stringify(input.value) : `${input.raw} (${input.state})`}`
    }
    case 'tool-execution-finished':
      return `result of ${event.name} (${event.outcome}): ${contentText(event.content)}`
    case 'server-tool-finished':
      return `the server ran ${event.tool}: ${shortened(JSON.stringify(event.input ?? null))}`
    case 'provider-call-retried':
      return `trying again in ${(event.delayMs / 1000).toFixed(1)} s: ${event.error.message}`
    default:
      return undefined
  }
}

const longest = 160

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
