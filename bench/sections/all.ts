import { bundling } from './bundle.ts'
import { bundleParts } from './bundle-parts.ts'
import { bytes } from './bytes.ts'
import { cancel } from './cancel.ts'
import { concurrent } from './concurrent.ts'
import { firstDelta } from './first-delta.ts'
import { importing } from './import.ts'
import { install } from './install.ts'
import { memory } from './memory.ts'
import { opening } from './opening.ts'
import { replay } from './replay.ts'
import type { Section } from './section.ts'
import { slowSink } from './slow-sink.ts'
import { sqlite } from './sqlite.ts'
import { streaming } from './streaming.ts'
import { tools } from './tools.ts'
import { types } from './types.ts'

/** In the order of the report. */
export const sections: readonly Section[] = [
  streaming,
  tools,
  concurrent,
  firstDelta,
  cancel,
  memory,
  slowSink,
  bytes,
  sqlite,
  opening,
  replay,
  importing,
  install,
  bundling,
  bundleParts,
  types,
]
