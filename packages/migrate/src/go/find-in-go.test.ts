import { describe, expect, test } from 'vitest'
import { findInGo } from './find-in-go.ts'
import { tokenizeGo } from './tokens.ts'

const state = '"github.com/go-go-golems/geppetto/pkg/inference/state"'
const engine = '"github.com/go-go-golems/geppetto/pkg/inference/engine"'

function found(...texts: string[]): string[] {
  const sources = texts.map((text, index) => ({ path: `folder${index}/a.go`, text }))
  return findInGo(sources, false).map((site) => `${site.path.slice(6, 7)}:${site.line}:${site.column} ${site.found}`)
}

describe('the words of a Go source', () => {
  test('are none in comments, strings and runes', () => {
    const source = 'a // b\n/* c\n" */ "d \\" e" `f\n` \'"\' g := h'
    expect(tokenizeGo(source).map(({ text, line, column }) => [text, line, column])).toEqual([
      ['a', 1, 1],
      ['d \\" e', 3, 6],
      ['f\n', 3, 15],
      ['g', 4, 7],
      [':=', 4, 9],
      ['h', 4, 12],
    ])
  })

  test('end where the source does, whatever was left open', () => {
    expect(tokenizeGo('a "b\n c `d').map(({ text }) => text)).toEqual([
      'a',
      expect.any(String),
      'c',
      expect.any(String),
    ])
    expect(tokenizeGo('/* a').length).toBe(0)
  })
})

test('knows a package by its path, under another name, in a fork, alone or in a group', () => {
  expect(found(`package a\nimport e ${engine}\nvar o e.Option`)).toEqual(['0:3:7 engine.Option'])
  expect(
    found('package a\nimport (\n\t"example.com/fork/geppetto/pkg/inference/engine"\n)\nvar o engine.Option'),
  ).toHaveLength(1)
  expect(found('package a\nimport "example.com/engine"\nvar o engine.Option // geppetto/pkg/')).toEqual([])
})

test('does not take a variable for the package that it hides', () => {
  const text = `package a
import ${engine}
func a() {
	engine := engine.WithSink(nil)
	engine.WithSink(nil)
}
func b(engine engine.Engine, more ...engine.Option) { engine.WithSink(nil) }
func c() { x.engine.WithSink(nil); engine.WithSink(nil) }
`
  expect(found(text)).toEqual(['0:4:12 engine.WithSink', '0:7:38 engine.Option', '0:8:36 engine.WithSink'])
})

test('follows a value through variables, fields, parameters and other files', () => {
  const first = `package a
import ${state}
type Conversation struct { Inf *state.InferenceState }
func f(inf *state.InferenceState) { inf.StartRun() }
func g() {
	s := state.NewInferenceState("", nil, nil)
	defer s.FinishRun()
}
`
  const second =
    'package b\nfunc h(c *a.Conversation) {\n\tinf := c.Inf\n\tinf.SetCancel(nil)\n\tc.Inf.HasCancel()\n\tc.Run.HasCancel()\n}\n'
  expect(found(first, second).filter((site) => / of /.test(site))).toEqual([
    '0:4:41 StartRun of InferenceState',
    '0:7:10 FinishRun of InferenceState',
    '1:4:6 SetCancel of InferenceState',
    '1:5:8 HasCancel of InferenceState',
  ])
})

test('takes a name for what it is in its own function only', () => {
  const text = `package a
import ${state}
func f() {
	s := state.NewInferenceState("", nil, nil)
	s.StartRun()
}
func g(s *Stopwatch) { s.StartRun() }
`
  expect(found(text)).toEqual(['0:4:7 state.NewInferenceState', '0:5:4 StartRun of InferenceState'])
})

test('tells of an import that makes names the file’s own', () => {
  expect(found(`package a\nimport . ${state}\nvar s InferenceState`)).toEqual([
    '0:2:8 import . "…/geppetto/pkg/inference/state"',
  ])
})
