import { createEngineBuilder } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { createEngine } from './engines.ts'
import { type Begun, begin } from './matrix-begin.ts'
import { matrixFeatures } from './matrix-features.ts'
import { isIn, secretsOf } from './matrix-journey.ts'
import { ledgerOf } from './opaque-ledger.ts'
import { recordedFetch } from './recorded-fetch.ts'
import { type Api, apis } from './recordings.ts'

/** What is begun on the API and holds opaque data that its provider made. */
const featuresOf: Readonly<Record<Api, readonly string[]>> = {
  'openai-chat': ['reasoning', 'server tools'],
  'openai-responses': ['reasoning', 'hidden reasoning', 'a remote MCP server', 'tools, switched before the answer'],
  'anthropic-messages': ['reasoning', 'hidden reasoning', 'server tools', 'tools, switched before the answer'],
}
const cases = apis.flatMap((api) => featuresOf[api].map((name) => ({ api, name })))

async function beginNamed(api: Api, name: string): Promise<Begun> {
  const feature = matrixFeatures.find((one) => one.name === name)
  const begun = feature === undefined ? undefined : await begin(api, feature)
  if (begun === undefined) throw new Error(`there is no ${name} on ${api}`)
  return begun
}

/** The body of the next request on the API, from the host, to the model. */
async function nextBody(begun: Begun, api: Api, home: Begun['home']): Promise<string> {
  const base = createEngine(api, 'fetch', { ...home, fetch: recordedFetch([]) })
  const session = new Session({ builder: createEngineBuilder({ base, retry: false }) })
  session.append(begun.turn)
  session.appendNewTurnFromUserPrompt('Go on.')
  return (await session.prepare()).body
}

const familyOf = (model: string) => model.replace(/-\d{8}$|-\d{4}-\d\d-\d\d$/, '')

/** Other models by the names that are most like one. */
const nearMissesOf = (family: string): readonly string[] => [
  ...[`${family}-pro`, `${family}-latest-pro`, `${family}-2`, `${family}2`, `${family}.1`, `${family}-2025`],
  ...[`${family}-202512`, `${family}-123456789`, `x${family}`, `gateway/${family}`, family.slice(0, -1)],
  family.replace(/-[^-]*$/, ''),
]

const found = (body: string, values: readonly string[]) => values.filter((value) => isIn(body, value))

describe.each(cases)('P8: what $api keeps with $name', ({ api, name }) => {
  it('goes back to its host and model', async () => {
    const begun = await beginNamed(api, name)
    const secrets = begun.heard.flatMap(secretsOf)
    expect(secrets.length).toBeGreaterThan(0)
    expect(found(await nextBody(begun, api, begun.home), secrets)).toEqual(secrets)
  })

  it('goes to no other host that speaks the API', async () => {
    const begun = await beginNamed(api, name)
    const body = await nextBody(begun, api, { ...begun.home, provider: 'gateway' })
    expect(found(body, begun.heard.flatMap(secretsOf))).toEqual([])
  })

  it('goes to no other model of the host', async () => {
    const begun = await beginNamed(api, name)
    const body = await nextBody(begun, api, { ...begun.home, model: 'another-model' })
    expect(found(body, begun.heard.flatMap(secretsOf))).toEqual([])
  })

  it('goes to no model whose name is nearly the same', async () => {
    const begun = await beginNamed(api, name)
    const family = familyOf(begun.home.model)
    const secrets = begun.heard.flatMap(secretsOf)
    for (const model of nearMissesOf(family))
      expect(found(await nextBody(begun, api, { ...begun.home, model }), secrets), model).toEqual([])
  })

  it('goes back to a snapshot of its model', async () => {
    const begun = await beginNamed(api, name)
    const model = `${familyOf(begun.home.model)}-20991231`
    const secrets = begun.heard.flatMap(secretsOf)
    expect(found(await nextBody(begun, api, { ...begun.home, model }), secrets)).toEqual(secrets)
  })

  it.each(apis.filter((other) => other !== api))(
    'goes to no %s, not even of the same host and model',
    async (other) => {
      const begun = await beginNamed(api, name)
      const body = await nextBody(begun, other, begun.home)
      expect(
        found(body, ledgerOf(begun.heard.map((one) => ({ ...one, request: undefined }))).foreignTo(other)),
      ).toEqual([])
    },
  )
})
