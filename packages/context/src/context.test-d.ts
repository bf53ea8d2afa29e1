import { expectTypeOf } from 'vitest'
import { background, type Context, createContextKey, withTimeout, withValue } from './index.ts'

interface Tenant {
  readonly name: string
}
const tenantKey = createContextKey<Tenant>('tenant')

// A value has its key's type, and may be absent.
const ctx = withValue(background(), tenantKey, { name: 'acme' })
expectTypeOf(ctx).toEqualTypeOf<Context>()
expectTypeOf(ctx.get(tenantKey)).toEqualTypeOf<Tenant | undefined>()
// @ts-expect-error not a tenant
withValue(ctx, tenantKey, { title: 'acme' })
// @ts-expect-error values are found by keys, not by their names
ctx.get('tenant')
// @ts-expect-error a context is changed by making another one
ctx.signal = new AbortController().signal

// Whoever makes a context with an end gets the means to end it.
const limited = withTimeout(ctx, 1_000)
expectTypeOf(limited.ctx).toEqualTypeOf<Context>()
expectTypeOf(limited.release).toEqualTypeOf<() => void>()
