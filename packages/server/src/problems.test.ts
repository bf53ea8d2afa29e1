import { toBase64 } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { type Asked, saidIn, says, serve } from './serve.test-helper.ts'

const file = (bytes: Uint8Array<ArrayBuffer>, mediaType: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': mediaType },
  body: bytes,
})

const image = new Uint8Array(2000).fill(7)

describe('what is wrong with a request', () => {
  const good = { requestId: 'r', content: 'Hi' }
  const cases: readonly (readonly [what: string, path: string, asked: Asked])[] = [
    ['no such address', '/nothing', {}],
    ['a path with broken escapes', '/sessions/%E0%A4%A', {}],
    ['another method', '/sessions', { method: 'PUT' }],
    ['an unknown session', '/sessions/unknown', {}],
    ['an unknown session to speak in', '/sessions/unknown/messages', { body: good }],
    ['a body that is no JSON', '/sessions', { body: '{"title":' }],
    ['a body that is no object', '/sessions', { body: [] }],
    ['a body of another type', '/sessions', { body: '{}', headers: { 'content-type': 'text/plain' } }],
    ['a bad id', '/sessions', { body: { sessionId: '../etc' } }],
    ['an empty title', '/sessions', { body: { title: ' ' } }],
    ['a title that is too long', '/sessions', { body: { title: 'x'.repeat(501) } }],
    ['no request id', '/sessions/session1/messages', { body: { content: 'Hi' } }],
    ['an empty id in the header', '/sessions/session1/messages', { body: good, headers: { 'idempotency-key': '' } }],
    [
      'an id that is too long',
      '/sessions/session1/messages',
      { body: { content: 'Hi' }, headers: { 'idempotency-key': 'k'.repeat(201) } },
    ],
    ['two ids', '/sessions/session1/messages', { body: good, headers: { 'idempotency-key': 'another' } }],
    ['a role', '/sessions/session1/messages', { body: { ...good, role: 'system' } }],
    ['a field that is misspelt', '/sessions/session1/messages', { body: { ...good, whenbusy: 'queue' } }],
    [
      'a field too many in a part',
      '/sessions/session1/messages',
      { body: { ...good, content: [{ type: 'text', text: 'Hi', native: {} }] } },
    ],
    ['nothing said', '/sessions/session1/messages', { body: { ...good, content: '' } }],
    ['no list of parts', '/sessions/session1/messages', { body: { ...good, content: [] } }],
    ['history', '/sessions/session1/messages', { body: { ...good, content: [{ role: 'system', content: 'x' }] } }],
    ['a block', '/sessions/session1/messages', { body: { ...good, content: [{ type: 'tool-result' }] } }],
    [
      'an address to fetch',
      '/sessions/session1/messages',
      { body: { ...good, content: [{ type: 'image', url: 'file:///etc/passwd' }] } },
    ],
    [
      'a file that was not uploaded',
      '/sessions/session1/messages',
      { body: { ...good, content: [{ type: 'image', upload: `sha256-${'0'.repeat(64)}` }] } },
    ],
    ['another way to be busy', '/sessions/session1/messages', { body: { ...good, whenBusy: 'steal' } }],
    ['no such profile', '/sessions/session1/messages', { body: { ...good, profile: 'root' } }],
    ['a head that has moved', '/sessions/session1/regenerate', { body: { requestId: 'r', turnId: 't', head: 't' } }],
    ['an unknown turn to fork at', '/sessions/session1/fork', { body: { turnId: 't' } }],
    ['a session to fork into', '/sessions/session1/fork', { body: { turnId: 'HEAD', sessionId: 'session1' } }],
    ['a place in the stream that is none', '/sessions/session1/events?from=x', {}],
    ['nothing to go on with', '/sessions/session1/resume', { body: { requestId: 'r' } }],
    [
      'a call that does not wait',
      '/sessions/session1/answers',
      { body: { requestId: 'r', head: 'HEAD', answers: [{ callId: 'c', text: 'yes' }] } },
    ],
    [
      'an answer that is none',
      '/sessions/session1/answers',
      { body: { requestId: 'r', head: 'HEAD', answers: ['yes'] } },
    ],
    ['a prompt that does not wait', '/sessions/session1/queue/run_1', { method: 'DELETE' }],
    ['an unknown file', `/sessions/session1/blobs/sha256-${'0'.repeat(64)}`, {}],
    ['a file of a name', '/sessions/session1/blobs/..%2F..%2Fetc%2Fpasswd', {}],
    ['a page of no size', '/sessions?limit=0', {}],
    ['a page behind nothing', '/sessions?after=x', {}],
  ]

  it('is a problem document with a stable code that says what to do', async () => {
    const server = await serve(says('Hello!'))
    const path = await server.begin('session1', 'Hi')
    const { head } = await server.look(path)
    const told: string[] = []
    for (const [what, address, asked] of cases) {
      const body =
        asked.body === undefined ? {} : { body: JSON.parse(JSON.stringify(asked.body).replace('HEAD', head ?? '')) }
      const response = await server.ask(address, { ...asked, ...body })
      expect([what, response.headers.get('content-type')]).toEqual([what, 'application/problem+json'])
      const problem: Record<string, unknown> = await response.json()
      expect(problem).toMatchObject({ status: response.status, type: `urn:geppetto:problem:${problem.code}` })
      const { field = '', detail = '' } = problem
      told.push(`${what}: ${response.status} ${problem.code} ${field} | ${problem.title}. ${detail}`)
    }
    await expect(`${told.join('\n')}\n`).toMatchFileSnapshot('problems.snapshot.txt')
    expect(server.reported).toEqual([])
  })
})

describe('what somebody else made up', () => {
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>"\u2028\u0000\n\ndata: {"type":"run-finished"}\n\n'

  it('travels as data: in prompts, answers, titles and names of files', async () => {
    const server = await serve(says(evil))
    const path = await server.begin('session1')
    const upload = await fetch(`${server.url}${path}/uploads`, file(image, 'application/pdf'))
    const { upload: hash } = await upload.json()
    const content = [
      { type: 'text', text: evil },
      { type: 'file', upload: hash, name: `${evil}.pdf` },
    ]
    await server.ask(path, { method: 'PATCH', body: { title: evil } })
    await server.ask(`${path}/messages`, { body: { requestId: evil, content } })
    const frames = await server.ask(`${path}/events?from=0.0`)
    const reader = frames.body?.getReader()
    let text = ''
    while (!text.includes('"run-finished","v"') && !text.includes('"type":"run-finished","stop"'))
      text += new TextDecoder().decode((await reader?.read())?.value)
    await reader?.cancel()
    // No line of it begins a frame of its own.
    expect(text.split('\n').filter((line) => line.startsWith('data: {"type":"run-finished"}'))).toEqual([])
    const { turns, title } = await server.look(path)
    expect(title).toBe(evil)
    expect(turns[0]?.blocks.map(saidIn)).toEqual([evil, evil])
    expect(turns[0]?.blocks[0]).toMatchObject({ content: [{}, { name: `${evil}.pdf`.slice(0, 200) }] })
    expect((await server.ask(path)).headers.get('content-type')).toContain('application/json')
  })
})

describe('files', () => {
  it('are uploaded, said, and shown under an address that runs nothing', async () => {
    const server = await serve(says('A picture.'))
    const path = await server.begin('session1')
    const uploaded = await fetch(`${server.url}${path}/uploads`, file(image, 'image/png'))
    const { upload, bytes, mediaType } = await uploaded.json()
    expect([uploaded.status, bytes, mediaType]).toEqual([201, 2000, 'image/png'])
    await server.ask(`${path}/messages`, { body: { requestId: 'r1', content: [{ type: 'image', upload }] } })
    const { turns } = await server.look(path)
    expect(turns[0]?.blocks[0]).toMatchObject({
      content: [{ type: 'image', source: { type: 'url', url: `${path}/blobs/${upload}` } }],
    })
    expect(JSON.stringify(turns)).not.toContain(toBase64(image))
    const shown = await server.ask(`${path}/blobs/${upload}`)
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(image)
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    const other = await server.begin('session2')
    expect(await server.read(`${other}/blobs/${upload}`)).toMatchObject({ code: 'no_such_blob' })
    expect(
      await server.read(`${other}/messages`, { body: { requestId: 'r1', content: [{ type: 'image', upload }] } }),
    ).toMatchObject({ code: 'no_such_upload', field: 'content[0].upload' })
  })

  it('of other types, or too large, or empty, or said as something else, are refused', async () => {
    const server = await serve(says('?'), { limits: { uploadBytes: 100, keptUploadBytes: 150 } })
    const path = await server.begin('session1')
    const upload = async (bytes: Uint8Array<ArrayBuffer>, type: string) =>
      (await fetch(`${server.url}${path}/uploads`, file(bytes, type))).json()
    expect(await upload(image, 'image/png')).toMatchObject({ code: 'too_large' })
    expect(await upload(new Uint8Array(0), 'image/png')).toMatchObject({ code: 'invalid_request' })
    expect(await upload(image, 'text/html')).toMatchObject({ code: 'unsupported_media_type' })
    expect(await upload(image, 'image/svg+xml')).toMatchObject({ code: 'unsupported_media_type' })
    const kept = await upload(new Uint8Array(100).fill(1), 'image/png')
    const say = (type: string, hash: string) =>
      server.read(`${path}/messages`, { body: { requestId: type, content: [{ type, upload: hash }] } })
    expect(await say('audio', kept.upload)).toMatchObject({ code: 'invalid_request', field: 'content[0].upload' })
    await upload(new Uint8Array(100).fill(2), 'image/png')
    // Only so many bytes are kept: who finds his file gone uploads it again.
    expect(await say('image', kept.upload)).toMatchObject({ code: 'no_such_upload' })
  })
})
