import type { Keyword } from './script.ts'

const whatIAm =
  'I am ELIZA, a program that Joseph Weizenbaum wrote in 1966: I match patterns in what you say. I am no language model and have no network.'

/** Whoever asks what he talks to is told so, whatever the script. Looked at before the script's own keywords. */
export const identityKeywords: readonly Keyword[] = [
  {
    words: ['you', 'u'],
    rank: 1000,
    rules: [
      '* what are you',
      '* who are you',
      '* what are you exactly',
      '* who are you really',
      '* what model are you *',
      '* which model are you *',
      '* what kind of @thing are you *',
      '* what * model do you use *',
      '* who made you *',
      '* who built you *',
      '* who wrote you *',
      '* who created you *',
      '* who programmed you *',
      '* are you a @thing *',
      '* are you an @thing *',
      '* are you the @thing *',
      '* are you @thing *',
      '* are you a * @thing *',
      '* are you an * @thing *',
      '* are you @quality',
    ].map((pattern) => ({ pattern, answers: [whatIAm] })),
  },
  {
    words: ['your'],
    rank: 1000,
    rules: ['* what is your name', '* your name is what', '* tell me your name *'].map((pattern) => ({
      pattern,
      answers: [whatIAm],
    })),
  },
  {
    words: ['yourself'],
    rank: 1000,
    rules: ['* about yourself', '* introduce yourself *', '* describe yourself *'].map((pattern) => ({
      pattern,
      answers: [whatIAm],
    })),
  },
]

/** The groups of {@link identityKeywords}. */
export const identityGroups: Readonly<Record<string, readonly string[]>> = {
  thing: [
    'ai',
    'assistant',
    'bot',
    'chatbot',
    'chatgpt',
    'claude',
    'computer',
    'doctor',
    'eliza',
    'gemini',
    'gpt',
    'human',
    'llm',
    'machine',
    'model',
    'person',
    'program',
    'robot',
    'software',
    'therapist',
  ],
  quality: ['real', 'alive', 'conscious', 'sentient', 'intelligent', 'artificial'],
}
