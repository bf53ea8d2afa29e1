import { maskTarget } from '@geppetto/engine'

/** An address as it may be shown: there may be a key in it. */
export function shownAddress(address: string): string {
  return maskTarget({ address, headers: {} }).address
}
