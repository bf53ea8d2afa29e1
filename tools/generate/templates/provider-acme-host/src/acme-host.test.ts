import { background } from '@geppetto/context'
import { engineConformance } from '@geppetto/testing'
import { type ReplayServer, startReplayServer } from '@geppetto/testing/node'
import { createTurn, toolDefinitionsKey, userBlock, withData } from '@geppetto/turns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acmeHost } from './acme-host.ts'
import { calls, failure, text } from './answers.test-helper.ts'
import { differences } from './differences.ts'

const turn = createTurn({ blocks: [userBlock('Hello')] })
const inputSchema = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } }
const withTools = withData(turn, toolDefinitionsKey, [{ name: 'add', description: 'Adds two numbers.', inputSchema }])

const answers = { text, calls, failure, stuck: text }
const servers = new Map<string, ReplayServer>()

beforeAll(async () => {
  for (const [name, response] of Object.entries(answers)) {
    const half = String(response.body).indexOf(' from')
    const faults = name === 'stuck' ? [{ kind: 'delay', ms: Number.POSITIVE_INFINITY, at: half } as const] : []
    servers.set(name, await startReplayServer(() => ({ response, faults }), { check: () => [] }))
  }
})

afterAll(async () => {
  for (const server of servers.values()) await server.close()
})

function engineOf(name: keyof typeof answers) {
  return acmeHost({ model: 'acme-host-1', apiKey: 'the key', baseUrl: `${servers.get(name)?.url}/v1` })
}

describe('the engine of AcmeHost', () => {
  const cases = engineConformance({
    createEngine: () => engineOf('text'),
    toolCalls: { createEngine: () => engineOf('calls'), turn: withTools },
    failure: { createEngine: () => engineOf('failure') },
    stuck: { createEngine: () => engineOf('stuck') },
  })
  it.each(cases)('$name', ({ run }) => run())
})

describe('a request', () => {
  it('goes where the host wants it, with the key in its header', async () => {
    await engineOf('text').runInference(background(), turn)
    const request = servers.get('text')?.requests.at(-1)
    expect(request).toMatchObject({ method: 'POST', path: '/v1/chat/completions' })
    const { name, before } = differences.keyHeader ?? { name: 'authorization', before: 'Bearer ' }
    expect(request?.headers).toMatchObject({ ...differences.headers, [name]: `${before}the key` })
  })

  it('has no field that the host refuses or calls otherwise', () => {
    const engine = acmeHost({ model: 'acme-host-1', maxOutputTokens: 10, temperature: 0.5, seed: 1 })
    const body: object = JSON.parse(engine.prepare?.(background(), withTools).body ?? '{}')
    const { renamedFields = {}, refusedFields = [] } = differences.quirks ?? {}
    const foreign = [...Object.keys(renamedFields), ...refusedFields]
    expect(foreign.filter((name) => name in body)).toEqual([])
  })
})

describe('an error', () => {
  const entries = Object.entries(differences.errorCodes ?? {})

  it.each([['429', 'rate_limit'], ...entries])('%s is %s', async (known, code) => {
    const isStatus = /^\d{3}$/.test(known)
    const fetch = async () =>
      Response.json(
        { error: { message: 'No.', ...(isStatus ? {} : { code: known }) } },
        { status: isStatus ? Number(known) : 400 },
      )
    const asking = acmeHost({ model: 'acme-host-1', apiKey: 'the key', fetch }).runInference(background(), turn)
    await expect(asking).rejects.toMatchObject({ code: differences.errorCodes?.[known] ?? code })
  })
})
