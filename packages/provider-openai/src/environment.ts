/** A variable of the process's environment, as the vendor's SDK reads it; undefined where there is no such thing. */
export function readEnvironment(name: string): string | undefined {
  const host: unknown = Reflect.get(globalThis, 'process')
  const variables = fieldOf(host, 'env')
  const value = fieldOf(variables, name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
