/** The name of the wire format. */
export const api = 'anthropic-messages'

/** The version of the API that is spoken. It has no `temperature` and `top_p` any more. @see https://platform.claude.com/docs/en/api/versioning */
export const apiVersion = '2026-10-21'

/** The version before, in which the models that have sampling parameters still take them. */
export const samplingVersion = '2023-06-01'

/** Where the API is, unless something else is said. */
export const defaultBaseUrl = 'https://api.anthropic.com'

/** Asked for where no model is named, and shown in errors. */
export const exampleModel = 'claude-sonnet-5-5'
