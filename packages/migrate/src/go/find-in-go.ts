import { type Advice, type CallSite, sectionOf } from '../call-site.ts'
import { legacyMethods, legacyNames, legacyPackages, sessionMethods, sessionPackages } from '../rules/go-rules.ts'
import { type GoFile, readGoFile, selectorsOf } from './go-file.ts'
import { findLegacyValues, type LegacyValues } from './legacy-values.ts'

export interface GoSource {
  readonly path: string
  readonly text: string
}

/** What only sources have in which there is something to be found: the others are not looked into. */
export const worthReadingGo: RegExp =
  /geppetto\/pkg\/|StartRun|FinishRun|SetCancel|HasCancel|CancelRun|RunInferenceStarted/

/** The call sites of Go sources, which are looked at together: a field of one is used in another. `port`: those of the session API too. */
export function findInGo(sources: readonly GoSource[], port: boolean): CallSite[] {
  const files = sources.map(({ path, text }) => readGoFile(path, text))
  const values = findLegacyValues(files)
  return files.flatMap((file) => [
    ...hiddenImports(file),
    ...names(file, port),
    ...legacyCalls(file, values),
    ...(port ? sessionCalls(file) : []),
  ])
}

/** `import . "…/state"`: its names cannot be told from the file's own, so the import stands for them. */
function hiddenImports(file: GoFile): CallSite[] {
  return file.imports.flatMap(({ name, package: path, at }) => {
    const advice = legacyPackages[path]
    if (advice === undefined || (name !== '.' && name !== '_')) return []
    return [site(file, at, `import ${name} "…/geppetto/pkg/${path}"`, advice)]
  })
}

function names(file: GoFile, port: boolean): CallSite[] {
  return selectorsOf(file).flatMap(({ package: path, name, index }) => {
    const legacy = legacyNames[path]?.[name] ?? legacyPackages[path]
    const advice = legacy ?? (port ? sessionPackages[path] : undefined)
    const token = file.tokens[index]
    if (advice === undefined || token === undefined) return []
    return [site(file, token, `${path.split('/').at(-1)}.${name}`, advice)]
  })
}

function legacyCalls(file: GoFile, values: LegacyValues): CallSite[] {
  return methodCalls(file).flatMap(({ receiver, method, index }) => {
    const type = values(file, receiver, index)
    const advice = type && legacyMethods[type][method]
    const token = file.tokens[index]
    return advice && token ? [site(file, token, `${method} of ${type}`, advice)] : []
  })
}

function sessionCalls(file: GoFile): CallSite[] {
  if (!file.imports.some(({ package: path }) => path.startsWith('inference/'))) return []
  return methodCalls(file).flatMap(({ method, index }) => {
    const [advice, token] = [sessionMethods[method], file.tokens[index]]
    return advice && token ? [site(file, token, `${method} of Session`, advice)] : []
  })
}

/** Methods that are called, and those that are passed on: `defer e.inf.FinishRun()`, `onDone(e.inf.FinishRun)`. */
function methodCalls({ tokens }: GoFile): { receiver: string; method: string; index: number }[] {
  return tokens.flatMap((token, index) => {
    const [dot, receiver] = [tokens[index - 1], tokens[index - 2]]
    if (token.kind !== 'word' || dot?.text !== '.' || receiver === undefined) return []
    return [{ receiver: receiver.text, method: token.text, index }]
  })
}

function site(
  file: GoFile,
  { line, column }: { line: number; column: number },
  found: string,
  advice: Advice,
): CallSite {
  return { path: file.path, line, column, guide: 'go', found, use: advice.use, section: sectionOf('go', advice) }
}
