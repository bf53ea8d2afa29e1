import { numberIn, textIn } from '@geppetto/engine'
import { ClientError } from './client-error.ts'

/** @throws ClientError `protocol` naming what is missing */
export function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value
  throw new ClientError('protocol', `the answer of the server has no ${name}: is it of another version?`)
}

/** @throws ClientError `protocol` */
export function textOf(json: unknown, name: string): string {
  return required(textIn(json, name), name)
}

/** @throws ClientError `protocol` */
export function countOf(json: unknown, name: string): number {
  return required(numberIn(json, name), name)
}
