/** What Node's own fetch sends by. It has no name in the types of the web. */
interface Dispatcher {
  dispatch(options: object, handler: unknown): unknown
}

/** Where Node, and the library that its fetch is of, keep what requests go by unless one says otherwise. */
const ofProcess = Symbol.for('undici.globalDispatcher.1')

/**
 * Options for `send` by which the host's own fetch waits as long as the time limits of a call let it: Node's gives up after 300 s without headers,
 * or within a body, whatever was asked for. Everything else goes the way of the process, its proxy too. Another `send`, a host without such
 * limits, and options that say themselves by what to send, are left alone.
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher
 */
export function withoutHostLimits(send: typeof fetch, init: RequestInit): RequestInit {
  if (send !== globalThis.fetch || Reflect.has(init, 'dispatcher') || !isDispatcher(dispatcherOfProcess())) return init
  const dispatcher: Dispatcher = {
    dispatch(options, handler) {
      // Asked for anew: a program may set another at any time.
      const own = dispatcherOfProcess()
      if (!isDispatcher(own)) throw new TypeError('there is nothing to send requests by')
      return own.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler)
    },
  }
  const patient: RequestInit & { readonly dispatcher: Dispatcher } = { ...init, dispatcher }
  return patient
}

function dispatcherOfProcess(): unknown {
  return Reflect.get(globalThis, ofProcess)
}

function isDispatcher(value: unknown): value is Dispatcher {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'dispatch') === 'function'
}
