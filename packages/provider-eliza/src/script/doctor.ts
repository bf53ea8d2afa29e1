import { doctorPersons } from './doctor-persons.ts'
import { doctorAfter, doctorBefore, doctorGroups } from './doctor-substitutions.ts'
import { doctorTopics } from './doctor-topics.ts'
import { doctorTurns } from './doctor-turns.ts'
import type { ElizaScript } from './script.ts'

/**
 * DOCTOR, the script with which ELIZA plays a Rogerian psychotherapist, after the one printed in the paper.
 * @see Joseph Weizenbaum, "ELIZA: A Computer Program For the Study of Natural Language Communication Between Man And Machine", CACM 9, 1966
 */
export const doctorScript: ElizaScript = {
  greetings: ['How do you do. Please tell me your problem.'],
  goodbyes: ['Goodbye. It was nice talking to you.', 'Goodbye. I hope this has helped you.'],
  quits: ['bye', 'goodbye', 'good bye', 'bye bye', 'quit', 'exit', 'done'],
  before: doctorBefore,
  after: doctorAfter,
  groups: doctorGroups,
  keywords: [...doctorTurns, ...doctorPersons, ...doctorTopics],
  memory: {
    keyword: 'my',
    pattern: '* my *',
    answers: [
      'Does that have anything to do with the fact that your (3)?',
      "Let's discuss further why your (3).",
      'Earlier you said your (3).',
      'But your (3).',
    ],
  },
  none: [
    'I am not sure I understand you fully.',
    'Please go on.',
    'What does that suggest to you?',
    'Do you feel strongly about discussing such things?',
  ],
}
