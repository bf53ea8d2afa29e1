import { it } from 'vitest'
import { expectBytesToPass } from './volume-bytes.test-helper.ts'

it('P11: 100 MB of wire pass through sessions in SQLite, by a slow sink, in a heap of 64 MB, and leave nothing behind', () =>
  expectBytesToPass(100, 64, 2 ** 20))
