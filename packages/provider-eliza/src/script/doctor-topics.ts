import type { Keyword } from './script.ts'

/** What people speak of. */
export const doctorTopics: readonly Keyword[] = [
  {
    words: ['sorry', 'apologize', 'apologise'],
    rules: [
      {
        pattern: '*',
        answers: [
          "Please don't apologize.",
          'Apologies are not necessary.',
          'What feelings do you have when you apologize?',
          "I've told you that apologies are not required.",
        ],
      },
    ],
  },
  {
    words: ['remember'],
    rank: 5,
    rules: [
      {
        pattern: '* i remember *',
        answers: [
          'Do you often think of (4)?',
          'Does thinking of (4) bring anything else to mind?',
          'What else do you remember?',
          'Why do you remember (4) just now?',
          'What in the present situation reminds you of (4)?',
        ],
      },
      {
        pattern: '* do you remember *',
        answers: [
          'Did you think I would forget (5)?',
          'Why do you think I should recall (5) now?',
          'What about (5)?',
          'You mentioned (5).',
        ],
      },
      { pattern: '*', answers: [{ next: true }] },
    ],
  },
  {
    words: ['if'],
    rank: 3,
    rules: [
      {
        pattern: '* if *',
        answers: [
          "Do you think it's likely that (3)?",
          'Do you wish that (3)?',
          'What do you think about (3)?',
          'Really, if (3)?',
        ],
      },
    ],
  },
  {
    words: ['dreamed'],
    rank: 4,
    rules: [
      {
        pattern: '* i dreamed *',
        answers: [
          'Really, (4)?',
          'Have you ever fantasied (4) while you were awake?',
          'Have you dreamed (4) before?',
          { use: 'dream' },
        ],
      },
      { pattern: '*', answers: [{ use: 'dream' }] },
    ],
  },
  {
    words: ['dream', 'nightmare'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: [
          'What does that dream suggest to you?',
          'Do you dream often?',
          'What persons appear in your dreams?',
          "Don't you believe that dream has something to do with your problem?",
        ],
      },
    ],
  },
  {
    words: ['name'],
    rank: 15,
    rules: [
      {
        pattern: '*',
        answers: ['I am not interested in names.', "I've told you before, I don't care about names: please continue."],
      },
    ],
  },
  {
    words: ['deutsch', 'francais', 'français', 'italiano', 'espanol', 'español'],
    rules: [{ pattern: '*', answers: ['I am sorry, I speak only English.'] }],
  },
  {
    words: ['computer', 'computers', 'machine', 'machines'],
    rank: 50,
    rules: [
      {
        pattern: '*',
        answers: [
          'Do computers worry you?',
          'Why do you mention computers?',
          'What do you think machines have to do with your problem?',
          "Don't you think computers can help people?",
          'What about machines worries you?',
        ],
      },
    ],
  },
  {
    words: ['alike', 'same', 'similar'],
    rank: 10,
    rules: [
      {
        pattern: '*',
        answers: [
          'In what way?',
          'What resemblance do you see?',
          'What does that similarity suggest to you?',
          'What other connections do you see?',
          'What do you suppose that resemblance means?',
          'What is the connection, do you suppose?',
          'Could there really be some connection?',
          'How?',
        ],
      },
    ],
  },
  {
    words: ['like'],
    rank: 10,
    rules: [
      { pattern: '* @be like *', answers: [{ use: 'alike' }] },
      { pattern: '*', answers: [{ next: true }] },
    ],
  },
  {
    words: ['different'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: ['How is it different?', 'What differences do you see?', 'What does that difference suggest to you?'],
      },
    ],
  },
  {
    words: ['friend', 'friends'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: [
          'Why do you bring up the topic of friends?',
          'Do your friends worry you?',
          'Are you sure you have any friends?',
          'Perhaps it worries you that a friend might let you down.',
        ],
      },
    ],
  },
  {
    words: ['love', 'loved'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: [
          'Who do you love most?',
          'What does love mean to you?',
          'Do you feel loved?',
          'Were you loved as a child?',
        ],
      },
    ],
  },
  {
    words: ['hate', 'angry', 'anger'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: ['Whom are you angry with?', 'What do you do when you are angry?', 'Where does that anger come from?'],
      },
    ],
  },
  {
    words: ['afraid', 'fear', 'scared'],
    rules: [
      {
        pattern: '* i am afraid *',
        answers: ['What frightens you most?', 'How long have you been afraid?', 'Who else knows of that fear?'],
      },
      { pattern: '*', answers: [{ next: true }] },
    ],
  },
  {
    words: ['job', 'boss', 'office'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: [
          'How do you feel about your work?',
          'What would you rather do?',
          'Does your work leave time for yourself?',
        ],
      },
    ],
  },
  {
    words: ['sleep', 'insomnia'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: ['What keeps you awake?', 'What do you think of before you sleep?', 'Do you sleep well otherwise?'],
      },
    ],
  },
  {
    words: ['child', 'childhood'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: [
          'What do you remember of your childhood?',
          'Were you a happy child?',
          'Does your childhood still weigh on you?',
        ],
      },
    ],
  },
  {
    words: ['death', 'dead', 'died'],
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'That must be hard to speak of.',
          'What did that loss change for you?',
          'Whom can you talk to about it?',
        ],
      },
    ],
  },
  {
    words: ['money'],
    rank: 3,
    rules: [
      {
        pattern: '*',
        answers: [
          'What does money mean to you?',
          'Do you worry about money often?',
          'What would you do with more of it?',
        ],
      },
    ],
  },
]
