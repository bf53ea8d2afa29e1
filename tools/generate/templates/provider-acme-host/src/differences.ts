import type { ChatHost } from '@geppetto/provider-openai/host'

/**
 * In what AcmeHost differs from what most hosts take. To be gone through with the host's reference beside it, entry by entry: what is as
 * usual may be left out, and each entry that is not deserves the address of the page that says so.
 */
export const differences: ChatHost = {
  // Where its paths begin: requests go to this address and `/chat/completions`.
  baseUrl: 'https://api.acme-host.example/v1',
  exampleModel: 'acme-host-1',
  // false for a server on one's own machine.
  needsKey: true,
  // Or such as { name: 'x-api-key', before: '' }.
  keyHeader: { name: 'authorization', before: 'Bearer ' },
  // Of every request, such as { 'x-acme-version': '2' }.
  headers: {},
  quirks: {
    // Our name for a field of the request, and its own: { max_tokens: 'token_limit' }.
    renamedFields: {},
    // Fields that it answers with an error: ['seed', 'stream_options'].
    refusedFields: [],
    // All others are told of in `HostQuirks`: roles, reasoning, schemas, media.
  },
  // The response header with its id of the request.
  requestIdHeader: 'x-request-id',
  // What it means by an error, by its word or its HTTP status: { '402': 'quota', model_is_loading: 'unavailable' }.
  errorCodes: {},
  // What its streams have beside chunks: { 'acme.billing': ({ model }, output) => output.update({ model: String(model) }) }.
  payloads: {},
}
