import { appendFileSync } from 'node:fs'
import { createManualClock } from '@geppetto/context/manual-clock'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { seededRandom } from '../src/seeded-random.ts'
import { live } from './kill-program.test-helper.ts'
import { storeWithPlaces, storeWithWrites, type Write } from './kill-store.test-helper.ts'
import { slowStore } from './slow-store.test-helper.ts'

// A process that talks, and kills itself at the place with the number that it is given; with one more number its store is slow, each time in another way. What it did and what a sink was told stands in files.

const [folder = '', startMs = '', deadline = '', slowness] = process.argv.slice(2)
const clock = createManualClock(Number(startMs))
let places = 0

function reach(place: string): void {
  if (++places !== Number(deadline)) return
  write('end', { place, time: clock.now() })
  process.kill(process.pid, 'SIGKILL')
}

function write(file: 'seen' | 'effects' | 'writes' | 'end', value: unknown): void {
  appendFileSync(`${folder}/${file}`, `${JSON.stringify(value)}\n`)
}

const store = openSqliteStore(`${folder}/sessions.sqlite`, { clock })
const withPlaces = storeWithPlaces(store, reach)
const tellWrite = (what: Write['what']) => write('writes', { what, time: clock.now() } satisfies Write)
await live({
  ...{
    clock,
    reach,
    store:
      slowness === undefined
        ? withPlaces
        : storeWithWrites(slowStore(withPlaces, seededRandom(Number(slowness))), tellWrite),
  },
  effect: (callId, tool) => write('effects', { callId, tool }),
  saw: (event) => write('seen', event),
})
store.close()
write('end', { place: undefined, time: clock.now(), places })
