import type { Keyword } from './script.ts'

/** What is said of oneself, of the doctor, and of others. */
export const doctorPersons: readonly Keyword[] = [
  {
    words: ['my'],
    rank: 2,
    rules: [
      {
        pattern: '* my * @family *',
        answers: [
          'Tell me more about your family.',
          'Who else in your family (5)?',
          'Your (4)?',
          'What else comes to mind when you think of your (4)?',
        ],
      },
      {
        pattern: '* my *',
        answers: [
          'Your (3)?',
          'Why do you say your (3)?',
          'Does that suggest anything else which belongs to you?',
          'Is it important to you that your (3)?',
        ],
      },
    ],
  },
  {
    words: ['i'],
    rules: [
      {
        pattern: '* i @wish *',
        answers: [
          'What would it mean to you if you got (4)?',
          'Why do you want (4)?',
          'Suppose you got (4) soon?',
          'What if you never got (4)?',
          'What would getting (4) mean to you?',
        ],
      },
      {
        pattern: '* i am * @sad *',
        answers: [
          'I am sorry to hear you are (5).',
          'Do you think coming here will help you not to be (5)?',
          "I'm sure it's not pleasant to be (5).",
          'Can you explain what made you (5)?',
        ],
      },
      {
        pattern: '* i am * @happy *',
        answers: [
          'How have I helped you to be (5)?',
          'What makes you (5) just now?',
          'Can you explain why you are suddenly (5)?',
        ],
      },
      { pattern: '* i was *', answers: [{ use: 'was' }] },
      {
        pattern: '* i @belief i *',
        answers: ['Do you really think so?', 'But you are not sure you (5).', 'Do you really doubt you (5)?'],
      },
      { pattern: '* i * @belief * you *', answers: [{ use: 'you' }] },
      {
        pattern: '* i am *',
        answers: [
          'Is it because you are (4) that you came to me?',
          'How long have you been (4)?',
          'Do you believe it is normal to be (4)?',
          'Do you enjoy being (4)?',
        ],
      },
      {
        pattern: "* i can't *",
        answers: [
          "How do you know you can't (4)?",
          'Have you tried?',
          'Perhaps you could (4) now?',
          'Do you really want to be able to (4)?',
        ],
      },
      {
        pattern: "* i don't *",
        answers: [
          "Don't you really (4)?",
          "Why don't you (4)?",
          'Do you wish to be able to (4)?',
          'Does that trouble you?',
        ],
      },
      {
        pattern: '* i feel *',
        answers: [
          'Tell me more about such feelings.',
          'Do you often feel (4)?',
          'Do you enjoy feeling (4)?',
          'Of what does feeling (4) remind you?',
        ],
      },
      {
        pattern: '* i * you *',
        answers: [
          'Perhaps in your fantasy we (3) each other?',
          'Do you wish to (3) me?',
          'You seem to need to (3) me.',
          'Do you (3) anyone else?',
        ],
      },
      {
        pattern: '* i *',
        answers: [
          'You say you (3)?',
          'Can you elaborate on that?',
          'Do you say you (3) for some special reason?',
          "That's quite interesting.",
        ],
      },
    ],
  },
  {
    words: ['you'],
    rules: [
      { pattern: '* you remind me of *', answers: [{ use: 'alike' }] },
      {
        pattern: '* you are *',
        answers: [
          'What makes you think I am (4)?',
          'Does it please you to believe I am (4)?',
          'Do you sometimes wish you were (4)?',
          'Perhaps you would like to be (4)?',
        ],
      },
      {
        pattern: '* you * me',
        answers: [
          'Why do you think I (3) you?',
          "You like to think I (3) you, don't you?",
          'What makes you think I (3) you?',
          'Do you wish to believe I (3) you?',
          'Suppose I did (3) you: what would that mean?',
        ],
      },
      {
        pattern: '* you *',
        answers: [
          'We were discussing you, not me.',
          'Oh, I (3)?',
          'You are not really talking about me, are you?',
          'What are your feelings now?',
        ],
      },
    ],
  },
  {
    words: ['your'],
    rules: [
      {
        pattern: '* your *',
        answers: [
          'Why are you concerned over my (3)?',
          'What about your own (3)?',
          "Are you worried about someone else's (3)?",
          'Really, my (3)?',
        ],
      },
    ],
  },
  {
    words: ['was'],
    rank: 2,
    rules: [
      {
        pattern: '* was i *',
        answers: [
          'What if you were (4)?',
          'Do you think you were (4)?',
          'Were you (4)?',
          'What would it mean if you were (4)?',
        ],
      },
      {
        pattern: '* i was *',
        answers: ['Were you really?', 'Why do you tell me you were (4) now?', 'Perhaps I already knew you were (4).'],
      },
      {
        pattern: '* was you *',
        answers: ['Would you like to believe I was (4)?', 'What suggests that I was (4)?', 'What do you think?'],
      },
      { pattern: '*', answers: [{ next: true }] },
    ],
  },
  {
    words: ['am'],
    rules: [
      {
        pattern: '* am i *',
        answers: ['Do you believe you are (4)?', 'Would you want to be (4)?', 'You wish I would tell you you are (4)?'],
      },
      { pattern: '*', answers: [{ next: true }] },
    ],
  },
  {
    words: ['are'],
    rules: [
      {
        pattern: '* are you *',
        answers: [
          'Why are you interested in whether I am (4) or not?',
          "Would you prefer it if I weren't (4)?",
          'Perhaps I am (4) in your fantasies?',
          'Do you sometimes think I am (4)?',
        ],
      },
      { pattern: '* you are *', answers: [{ use: 'you' }] },
      {
        pattern: '* are *',
        answers: [
          'Did you think they might not be (3)?',
          'Would you like it if they were not (3)?',
          'What if they were not (3)?',
          'Possibly they are (3).',
        ],
      },
    ],
  },
  {
    words: ['everyone', 'everybody', 'nobody', 'noone'],
    rank: 2,
    rules: [
      {
        pattern: '* @everyone *',
        answers: [
          'Really, (2)?',
          'Surely not (2).',
          'Can you think of anyone in particular?',
          'Who, for example?',
          'You are thinking of a very special person.',
          'Someone special, perhaps?',
        ],
      },
    ],
  },
]
