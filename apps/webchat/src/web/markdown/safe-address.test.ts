import { describe, expect, it, vi } from 'vitest'
import { safeLink, safePicture } from './safe-address.ts'

describe('an address', () => {
  it.each([
    ['https://a.example/x', true],
    ['mailto:a@b.example', true],
    ['javascript:alert(1)', false],
    ['JaVaScRiPt:alert(1)', false],
    [' javascript:alert(1)', false],
    ['java\tscript:alert(1)', false],
    ['data:text/html,x', false],
    ['file:///etc/passwd', false],
    ['vbscript:x', false],
    ['/relative', false],
  ])('may be followed: %j %s', (address, expected) => expect(safeLink(address) !== undefined).toBe(expected))

  it.each([
    ['http://localhost:1/api/sessions/a/blobs/b', true],
    ['/api/sessions/a/blobs/b', true],
    ['data:image/png;base64,AAAA', true],
    ['data:image/svg+xml;base64,AAAA', false],
    ['blob:http://localhost:1/x', true],
    ['https://evil.example/x.png', false],
    ['//evil.example/api/x.png', false],
    ['http://localhost:1/logout', false],
    ['javascript:alert(1)', false],
  ])('of a picture may be loaded: %j %s', (address, expected) => {
    vi.stubGlobal('location', new URL('http://localhost:1/s/x'))
    expect(safePicture(address) !== undefined).toBe(expected)
    vi.unstubAllGlobals()
  })
})
