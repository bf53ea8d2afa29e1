import type { Clock } from '@geppetto/context'

/** Waits until something has happened. What happens while nobody waits is not lost. */
export interface Waker {
  wake(): void
  /** `late` where nothing has happened for that long. */
  wait(ms: number): Promise<'woken' | 'late'>
}

/** For one who waits. */
export function createWaker(clock: Clock): Waker {
  let isDue = false
  let end: ((how: 'woken' | 'late') => void) | undefined
  return {
    wake() {
      isDue = true
      end?.('woken')
    },
    wait(ms) {
      if (isDue) {
        isDue = false
        return Promise.resolve('woken')
      }
      return new Promise((resolve) => {
        const stopTimer = clock.schedule(() => end?.('late'), ms)
        end = (how) => {
          end = undefined
          isDue = false
          stopTimer()
          resolve(how)
        }
      })
    },
  }
}
