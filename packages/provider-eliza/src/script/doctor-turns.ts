import type { Keyword } from './script.ts'

/** Words that steer a conversation: greetings, questions, yes and no. */
export const doctorTurns: readonly Keyword[] = [
  {
    words: ['hello', 'hi', 'hey'],
    rules: [
      { pattern: '*', answers: ['How do you do. Please state your problem.', 'Hello again. What is on your mind?'] },
    ],
  },
  {
    words: ['thanks', 'thank'],
    rules: [{ pattern: '*', answers: ['You are welcome. What else would you like to discuss?', 'Please go on.'] }],
  },
  {
    words: ['help'],
    rules: [
      {
        pattern: '* help me *',
        answers: [
          'How do you think I could help you?',
          'What kind of help do you hope for?',
          'Who else could help you (4)?',
        ],
      },
      { pattern: '*', answers: [{ next: true }] },
    ],
  },
  {
    words: ['perhaps', 'maybe', 'probably', 'possibly'],
    rules: [
      {
        pattern: '*',
        answers: [
          "You don't seem quite certain.",
          'Why the uncertain tone?',
          "Can't you be more positive?",
          "You aren't sure?",
          "Don't you know?",
        ],
      },
    ],
  },
  {
    words: ['yes', 'ok', 'okay', 'sure'],
    rank: -1,
    rules: [{ pattern: '*', answers: ['You seem quite positive.', 'You are sure.', 'I see.', 'I understand.'] }],
  },
  {
    words: ['no'],
    rank: -1,
    rules: [
      {
        pattern: '*',
        answers: ['Are you saying "no" just to be negative?', 'You are being a bit negative.', 'Why not?', 'Why "no"?'],
      },
    ],
  },
  {
    words: ['can'],
    rules: [
      {
        pattern: '* can you *',
        answers: [
          "You believe I can (4), don't you?",
          'You want me to be able to (4).',
          'Perhaps you would like to be able to (4) yourself.',
        ],
      },
      {
        pattern: '* can i *',
        answers: [
          'Whether or not you can (4) depends on you more than on me.',
          'Do you want to be able to (4)?',
          "Perhaps you don't want to (4).",
        ],
      },
      { pattern: '*', answers: [{ use: 'what' }] },
    ],
  },
  {
    words: ['what', 'how', 'when', 'who', 'where', 'which'],
    rules: [
      {
        pattern: '*',
        answers: [
          'Why do you ask?',
          'Does that question interest you?',
          'What is it you really want to know?',
          'Are such questions much on your mind?',
          'What answer would please you most?',
          'What do you think?',
          'What comes to your mind when you ask that?',
          'Have you asked such a question before?',
          'Have you asked anyone else?',
        ],
      },
    ],
  },
  {
    words: ['because'],
    rank: 1,
    rules: [
      {
        pattern: '*',
        answers: [
          'Is that the real reason?',
          "Don't any other reasons come to mind?",
          'Does that reason seem to explain anything else?',
          'What other reasons might there be?',
        ],
      },
    ],
  },
  {
    words: ['why'],
    rank: 1,
    rules: [
      {
        pattern: "* why don't you *",
        answers: [
          "Do you believe I don't (5)?",
          'Perhaps I will (5) in good time.',
          'Should you (5) yourself?',
          'You want me to (5)?',
        ],
      },
      {
        pattern: "* why can't i *",
        answers: [
          'Do you think you should be able to (5)?',
          'Do you want to be able to (5)?',
          "Have you any idea why you can't (5)?",
        ],
      },
      { pattern: '*', answers: [{ use: 'what' }] },
    ],
  },
  {
    words: ['always', 'never', 'constantly'],
    rank: 1,
    rules: [
      {
        pattern: '*',
        answers: [
          'Can you think of a specific example?',
          'When?',
          'What incident are you thinking of?',
          'Really, all the time?',
        ],
      },
    ],
  },
]
