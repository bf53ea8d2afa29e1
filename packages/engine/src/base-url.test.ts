import { expect, it } from 'vitest'
import { createFetchTransport, readBaseUrl } from './index.ts'

const example = 'https://api.example/v1'

it.each([
  ['localhost:1234', 'http://localhost:1234'],
  ['localhost:1234/v1?key=sk-secret', 'http://localhost:1234/v1'],
  ['localhost', 'http://localhost'],
  ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['gpu-box:8000/v1', 'http://gpu-box:8000/v1'],
  ['api.example.com/v1', 'https://api.example.com/v1'],
])('knows what was meant by %s', (text, guess) => {
  const refused = expect.objectContaining({
    code: 'invalid_options',
    message: expect.stringMatching(
      new RegExp(`^baseUrl must be an address such as https://api.example/v1, not .*: did you mean ${guess}\\?$`),
    ),
  })
  expect(() => readBaseUrl(text, example)).toThrowError(refused)
  expect(() => createFetchTransport({ baseUrl: text })).toThrowError(
    expect.objectContaining({ code: 'invalid_options' }),
  )
})

it.each([undefined, 7, '', 'nowhere', 'ftp://files.example', 'file:///etc', 'http://'])(
  'guesses nothing of %j',
  (value) => {
    expect(() => readBaseUrl(value, example)).toThrowError(
      expect.objectContaining({ code: 'invalid_options', message: expect.not.stringContaining('did you mean') }),
    )
  },
)

it('takes addresses of the web as they are', () => {
  for (const text of ['http://localhost:1234', 'https://api.example/v1?v=1'])
    expect(readBaseUrl(text, example)).toEqual(new URL(text))
})
