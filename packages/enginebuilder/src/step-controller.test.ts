import { background, type Clock, type Context, withCancel } from '@geppetto/context'
import { isEngineError } from '@geppetto/engine'
import { type Event, withCorrelation, withEventSinks } from '@geppetto/events'
import { createTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { isBuilderError } from './builder-error.ts'
import { createStepController, type PausePoint, type StepControllerOptions } from './step-controller.ts'

const turn = createTurn({ id: 'turn' })
const point: PausePoint = { phase: 'after_tools', iteration: 1, turn }

function setUp(options?: StepControllerOptions) {
  let timer: (() => void) | undefined
  const clock: Clock = {
    now: () => 1_000,
    schedule(callback) {
      timer = callback
      return () => {
        timer = undefined
      }
    },
  }
  const events: Event[] = []
  const work = withCancel(background({ clock }))
  const ctx = withEventSinks(work.ctx, { publish: (event) => void events.push(event) })
  return {
    controller: createStepController(options),
    ctx,
    events,
    cancel: work.cancel,
    fire: () => timer?.(),
    hasTimer: () => timer !== undefined,
  }
}

const continuedBy = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'debugger-continued' ? [event.by] : []))

describe('a pause', () => {
  it('is told of, waits, and goes on when it is continued', async () => {
    const { controller, ctx, events } = setUp()
    const paused = controller.pause(ctx, point)
    const [pause] = controller.pending
    expect(pause).toMatchObject({ phase: 'after_tools', iteration: 1, turn })
    expect(events).toMatchObject([{ type: 'debugger-paused', pauseId: pause?.pauseId, phase: 'after_tools' }])
    controller.continue(pause?.pauseId ?? '')
    await paused
    expect(continuedBy(events)).toEqual(['request'])
    expect(controller.pending).toEqual([])
  })

  it('may be continued from inside the event that tells of it', async () => {
    const { controller, ctx } = setUp()
    const eager = withEventSinks(ctx, {
      publish: (event) => void (event.type === 'debugger-paused' && controller.continue(event.pauseId)),
    })
    await controller.pause(eager, point)
  })

  it('ends by itself when its time is over, and says when that is', async () => {
    const { controller, ctx, events, fire, hasTimer } = setUp({ timeoutMs: 500 })
    const paused = controller.pause(ctx, point)
    expect(events[0]).toMatchObject({ deadline: 1_500 })
    fire()
    await paused
    expect(continuedBy(events)).toEqual(['timeout'])
    const continued = controller.pause(ctx, point)
    controller.continue(controller.pending[0]?.pauseId ?? '')
    await continued
    expect(hasTimer()).toBe(false)
  })

  it('that is cancelled ends the run as cancelled, with the turn so far', async () => {
    const { controller, ctx, events } = setUp()
    const paused = controller.pause(ctx, point)
    controller.cancel(controller.pending[0]?.pauseId ?? '')
    const error = await paused.catch((caught: unknown) => caught)
    expect(isEngineError(error) && [error.code, error.partial, error.cause]).toEqual(['cancelled', turn, 'user'])
    expect(continuedBy(events)).toEqual(['cancel'])
  })

  it('ends with an abort, with its reason, and leaves no timer', async () => {
    const { controller, ctx, cancel, hasTimer } = setUp({ timeoutMs: 500 })
    const paused = controller.pause(ctx, point)
    cancel('budget')
    expect(await paused.catch((caught: unknown) => isEngineError(caught) && caught.cause)).toBe('budget')
    expect([controller.pending.length, hasTimer()]).toEqual([0, false])
    await expect(controller.pause(ctx, point)).rejects.toBe('budget')
  })

  it('is made only where it was asked for', async () => {
    const { controller, ctx, events } = setUp({ phases: ['after_inference'] })
    await controller.pause(ctx, point)
    expect(events).toEqual([])
  })

  it('of one run does not end with that of another', async () => {
    const { controller, ctx } = setUp()
    const one = controller.pause(ctx, point)
    const two = controller.pause(ctx, { ...point, iteration: 2 })
    const [first, second] = controller.pending
    controller.continue(second?.pauseId ?? '')
    await two
    expect(controller.pending).toEqual([first])
    controller.continue(first?.pauseId ?? '')
    await one
  })
})

it('names the pauses that are on when asked for one that is not', () => {
  const { controller, ctx } = setUp()
  void controller.pause(ctx, point)
  for (const end of [controller.continue, controller.cancel])
    try {
      end('pause_x')
      expect.unreachable()
    } catch (error) {
      expect(isBuilderError(error) && error.code).toBe('no_such_pause')
      expect(String(error)).toContain(controller.pending[0]?.pauseId)
    }
})

describe('a controller that is asked to', () => {
  const inSession = (ctx: Context) => withCorrelation(ctx, { sessionId: 's', runId: 'r' })

  it('pauses the sessions that somebody steps through, and lets them go on when nobody does any more', async () => {
    const { controller, ctx, events } = setUp({ sessions: 'asked' })
    await controller.pause(inSession(ctx), point)
    expect(events).toEqual([])
    const leave = [controller.stepThrough('s'), controller.stepThrough('s')]
    await controller.pause(withCorrelation(ctx, { sessionId: 'another' }), point)
    const paused = controller.pause(inSession(ctx), point)
    expect(controller.pending).toMatchObject([{ sessionId: 's', runId: 'r' }])
    // The same one twice is one who leaves.
    leave[0]?.()
    leave[0]?.()
    expect(controller.pending).toHaveLength(1)
    leave[1]?.()
    await paused
    await controller.pause(inSession(ctx), point)
    expect([continuedBy(events), controller.pending]).toEqual([['request'], []])
  })
})
