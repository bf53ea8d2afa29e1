/** What the programs of the tests begin with: imports, and one of each thing that a user may have in hand. */
export const imports: string = `
import { type Context } from '@geppetto/context'
import { defineMiddleware, type Engine, parseOutput } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { defineEvent, type Event, type EventSink, publish, textPrinter, withEventSinks } from '@geppetto/events'
import { systemPrompt } from '@geppetto/middleware'
import { eliza } from '@geppetto/provider-eliza'
import { createMemoryStore, type EngineBuilder, type RunResult, Session, type SessionStore } from '@geppetto/session'
import { createGrammarSink, createScriptedEngine } from '@geppetto/testing'
import { createToolRegistry, defineTool } from '@geppetto/tools'
import { jsonSchema } from '@geppetto/tools/json-schema'
import { type Block, defineKey, type Turn, userBlock, withData } from '@geppetto/turns'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

declare const ctx: Context
declare const turn: Turn
declare const block: Block
declare const event: Event
declare const builder: EngineBuilder
declare const session: Session
declare const result: RunResult
const named = { name: 'weather', description: 'The weather in a city.' }
`
