// Makes the API reference of the entries that it is told of (a JSON file: tsconfig, out, entries) from their built types,
// so that a type which one package takes from another leads to the page where it is explained.
import { readFileSync } from 'node:fs'
import { Application, LogLevel } from 'typedoc'

const { tsconfig, out, entries } = JSON.parse(readFileSync(process.argv[2], 'utf8'))

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: entries.map(({ types }) => types),
  entryPointStrategy: 'resolve',
  tsconfig,
  out,
  logLevel: LogLevel.Warn,
  readme: 'none',
  disableSources: true,
  excludePrivate: true,
  excludeExternals: true,
  // What a page says of a type that no entry exports is said in the code of its neighbours.
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  // Checked when they were built.
  skipErrorChecking: true,
  sort: ['alphabetical'],
  groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables'],
  router: 'module',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  // Readers of Markdown number sections of the same name each in their own way.
  useHTMLAnchors: true,
  anchorPrefix: 'api-',
  useCodeBlocks: true,
  expandParameters: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  enumMembersFormat: 'table',
  tableColumnSettings: {
    hideSources: true,
    hideInherited: true,
    hideOverrides: true,
    hideModifiers: true,
    leftAlignHeaders: true,
  },
  pageTitleTemplates: { index: 'API', module: ({ name }) => name },
})
const project = await app.convert()
if (project === undefined) process.exit(1)

// They have the names of their files.
for (const { types, page } of entries) {
  const file = types.replace(/\.d\.ts$/, '').replace(/\/index$/, '')
  const module = project.children?.find(({ name }) => file.endsWith(`/${name}`))
  if (module === undefined) throw new Error(`nothing was made of ${types}`)
  module.name = page
}
await app.generateOutputs(project)
if (app.logger.hasErrors()) process.exit(1)
