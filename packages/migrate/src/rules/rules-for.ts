import { aiSdkRules } from './ai-sdk-rules.ts'
import { langchainRules } from './langchain-rules.ts'
import type { ModuleRules } from './module-rules.ts'

const all = [...aiSdkRules, ...langchainRules]

export function rulesFor(module: string): ModuleRules | undefined {
  return all.find(({ modules }) => modules.test(module))
}
