import { readdirSync, readFileSync } from 'node:fs'
import { Validator } from '@cfworker/json-schema'
import { isJsonObject } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { fixtures, providers } from '../settings.test-helper.ts'
import { profilesJsonSchema, settingsJsonSchema } from './json-schema.ts'
import { referenceOf } from './reference.test-helper.ts'

// These files are made from the schema. To write them anew: npm test -- packages/settings -u

const inJson = (schema: unknown) => `${JSON.stringify(schema, null, 2)}\n`

describe('what is made from the schema', () => {
  it('is the JSON Schema of files of settings, for editors', async () => {
    await expect(inJson(settingsJsonSchema(providers))).toMatchFileSnapshot('../../schema/settings.schema.json')
  })

  it('is the JSON Schema of files of profiles', async () => {
    await expect(inJson(profilesJsonSchema(providers))).toMatchFileSnapshot('../../schema/profiles.schema.json')
  })

  it('is the reference in docs/settings.md', async () => {
    const page = new URL('../../../../docs/settings.md', import.meta.url)
    const [before] = readFileSync(page, 'utf8').split(/(?<=<!-- generated.*-->\n)/)
    await expect(`${before}\n${referenceOf(providers)}\n`).toMatchFileSnapshot(page.pathname)
  })
})

describe('the JSON Schema of profiles', () => {
  const validate = (text: string) => {
    const schema = profilesJsonSchema(providers)
    const errors = new Validator({ ...schema }, '2020-12', false).validate(parse(text)).errors
    return errors.map(({ error }) => error)
  }

  it('takes what Go geppetto documents', () => {
    expect(validate(readFileSync(`${fixtures}/go-profiles.yaml`, 'utf8'))).toEqual([])
  })

  it('takes the profiles of this repository', () => {
    const folder = new URL('../../../../.geppetto/profiles/', import.meta.url)
    for (const file of readdirSync(folder)) expect(validate(readFileSync(new URL(file, folder), 'utf8'))).toEqual([])
  })

  it.each([
    ['slug: r\nprofiles: { p: { inference_settings: { chat: { enigne: a } } } }', 'enigne'],
    ['slug: r\nprofiles: { p: { inference_settings: { inference: { seed: a } } } }', 'string'],
    ['profiles: {}', 'slug'],
  ])('refuses %j', (text, word) => expect(validate(text).join('\n')).toContain(word))

  it('says of each setting what it is', () => {
    const bare: string[] = []
    const walk = (schema: unknown, path: string) => {
      if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return
      for (const [name, inner] of Object.entries(schema.properties)) {
        if (isJsonObject(inner) && inner.description === undefined && !isJsonObject(inner.properties))
          bare.push(`${path}${name}`)
        walk(inner, `${path}${name}.`)
      }
    }
    walk(settingsJsonSchema(providers), '')
    expect(bare).toEqual([])
  })
})
