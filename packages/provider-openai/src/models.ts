/** What is known of a model by its name: whether it reasons. Hosts refuse the settings of the one kind for the other. */
export type ModelKind = 'reasoning' | 'plain' | 'unknown'

// https://platform.openai.com/docs/models
const plainModels = /^(?:gpt-3|gpt-4|chatgpt-4o|gpt-5(?:\.\d+)?-chat)/
const reasoningModels = /^(?:o\d|gpt-5|codex|gpt-oss)/

/** The kind of a model: also of a fine-tuned one (`ft:gpt-4o:…`), or one by its maker's name (`openai/o3`). */
export function modelKind(model: string): ModelKind {
  const name = model.toLowerCase().replace(/^.*\//, '').replace(/^ft:/, '')
  if (plainModels.test(name)) return 'plain'
  return reasoningModels.test(name) ? 'reasoning' : 'unknown'
}
