import type { ProviderDescriptor } from '@geppetto/engine'
import { defined } from '@geppetto/turns'
import { z } from 'zod'
import { eliza } from './eliza.ts'

const section = z.strictObject({
  delay_ms: z.number().min(0).meta({ description: 'The pause between two words, in milliseconds.' }).optional(),
})

/** ELIZA, for the registry of `@geppetto/settings`. Needs zod. */
export const elizaProvider: ProviderDescriptor = {
  packageName: '@geppetto/provider-eliza',
  section: 'eliza',
  options: section,
  apiTypes: [{ name: 'eliza', description: 'a program of 1966: no language model, no network' }],
  createEngine({ inference: { seed, maxOutputTokens, stopSequences }, options }) {
    const { delay_ms: delayMs } = section.parse(options)
    return eliza(defined({ seed, maxOutputTokens, stopSequences, delayMs }))
  },
}
