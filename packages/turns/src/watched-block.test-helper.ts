import type { Block } from './index.ts'

/** A block that counts how often anybody looks at it: reads a field, its keys, whether it is frozen. */
export function watch<B extends Block>(block: B): { readonly block: B; readonly looks: () => number } {
  let looks = 0
  const look = <T>(value: T): T => {
    looks++
    return value
  }
  const watched = new Proxy(block, {
    get: (target, name) => look(Reflect.get(target, name)),
    has: (target, name) => look(Reflect.has(target, name)),
    ownKeys: (target) => look(Reflect.ownKeys(target)),
    getOwnPropertyDescriptor: (target, name) => look(Reflect.getOwnPropertyDescriptor(target, name)),
    getPrototypeOf: (target) => look(Reflect.getPrototypeOf(target)),
    isExtensible: (target) => look(Reflect.isExtensible(target)),
  })
  return { block: watched, looks: () => looks }
}
