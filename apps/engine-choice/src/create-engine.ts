import type { Engine } from '@geppetto/engine'
import { defined } from '@geppetto/turns'
import type { EngineChoice } from './choose-engine.ts'

/** What holds for whichever engine is taken. */
export interface EngineSettings {
  readonly seed?: number
  /** What eliza waits between two words, in milliseconds. */
  readonly delayMs?: number
}

/** Makes the engine. Loads its package, and no other. @throws EngineError `invalid_options` */
export async function createEngine(choice: EngineChoice, settings: EngineSettings = {}): Promise<Engine> {
  const { seed } = settings
  if (choice.engine === 'eliza') {
    const { eliza } = await import('@geppetto/provider-eliza')
    return eliza(settings)
  }
  const { engine, model, baseUrl, apiKey } = choice
  const options = { model, baseUrl, ...defined({ apiKey, seed }) }
  switch (engine) {
    case 'openai-responses': {
      const { openaiResponses } = await import('@geppetto/provider-openai')
      return openaiResponses(options)
    }
    case 'openai-chat': {
      const { openaiChat } = await import('@geppetto/provider-openai')
      return openaiChat(options)
    }
    case 'ollama': {
      const { openaiChat } = await import('@geppetto/provider-openai')
      return openaiChat({ ...options, host: 'ollama' })
    }
    case 'anthropic': {
      const { anthropic } = await import('@geppetto/provider-anthropic')
      return anthropic(options)
    }
  }
}
