/** What a part that is not ours may throw, or give as a reason: hardly any of it can be looked at. */
export const hostileValues: readonly { readonly value: string; readonly make: () => unknown }[] = [
  { value: 'nothing', make: () => undefined },
  { value: 'null', make: () => null },
  { value: 'a symbol', make: () => Symbol('oops') },
  { value: 'a bigint', make: () => 1n },
  { value: 'a function', make: () => () => {} },
  { value: 'an object without a prototype', make: () => Object.create(null) },
  { value: 'a frozen error', make: () => Object.freeze(new Error('frozen')) },
  { value: 'an error that is its own cause', make: cyclicError },
  { value: 'a thenable', make: () => Object.fromEntries([['then', refuse]]) },
  { value: 'an error whose fields throw', make: () => withThrowing(new Error(), everyField) },
  { value: 'an engine error whose code throws', make: () => withThrowing(engineLike(), ['code']) },
  { value: 'an engine error whose partial throws', make: () => withThrowing(engineLike(), ['partial']) },
  { value: 'an engine error whose partial cannot be read', make: () => ({ ...engineLike(), partial: revokedProxy() }) },
  { value: 'a proxy that refuses everything', make: refusingProxy },
  { value: 'a revoked proxy', make: revokedProxy },
]

const everyField = ['name', 'message', 'code', 'cause', 'stack', 'family', 'partial', 'toString']

function refuse(): never {
  throw new Error('do not look at me')
}

function cyclicError(): Error {
  const error = new Error('round')
  error.cause = error
  return error
}

/** By form an error of our family, as one of another copy of the package is. */
function engineLike(): object {
  return { family: 'geppetto/engine', name: 'EngineError', code: 'internal', message: 'odd', retryable: false }
}

function withThrowing(target: object, fields: readonly string[]): object {
  for (const field of fields) Object.defineProperty(target, field, { get: refuse })
  return target
}

function refusingProxy(): object {
  return new Proxy(
    {},
    {
      get: refuse,
      has: refuse,
      ownKeys: refuse,
      getPrototypeOf: refuse,
      getOwnPropertyDescriptor: refuse,
      set: refuse,
      defineProperty: refuse,
      isExtensible: refuse,
      preventExtensions: refuse,
    },
  )
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
