import { expect, it } from 'vitest'
import { createScriptedEngine } from './scripted-engine.ts'

it.each<readonly [string, unknown, RegExp]>([
  ['one call in place of a list', [{ text: 'Hello' }], /call 1 of the script must be a list of actions/],
  [
    'a misspelt action',
    [[{ text: 'Hello' }], [{ txt: 'x' }]],
    /call 2 of the script holds {"txt":"x"}: an action has one of text,/,
  ],
])('a script in JavaScript with %s is refused at once', (_what, script, problem) => {
  // @ts-expect-error: what TypeScript refuses
  expect(() => createScriptedEngine(script)).toThrow(problem)
})
