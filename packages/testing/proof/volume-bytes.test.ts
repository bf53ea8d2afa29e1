import { it } from 'vitest'
import { expectBytesToPass } from './volume-bytes.test-helper.ts'

// 100 MB in a heap of 64 in volume-bytes.deep.test.ts.
it('P11: 12 MB of wire pass through sessions in SQLite, by a slow sink, in a heap of 32 MB, and leave nothing behind', () =>
  expectBytesToPass(12, 32, 2 ** 20))
