import { describe, expect, it } from 'vitest'
import { doctorScript } from '../script/doctor.ts'
import { converse } from './converse.ts'

/** What ELIZA says to each line of a conversation. */
function answers(lines: readonly string[], seed = 0): readonly string[] {
  return lines.map((_, index) => converse(doctorScript, lines.slice(0, index + 1), seed))
}

const paper: readonly (readonly [said: string, answered: string])[] = [
  ['Men are all alike.', 'In what way?'],
  ["They're always bugging us about something or other.", 'Can you think of a specific example?'],
  ['Well, my boyfriend made me come here.', 'Your boyfriend made you come here?'],
  ["He says I'm depressed much of the time.", 'I am sorry to hear you are depressed.'],
  ["It's true. I am unhappy.", 'Do you think coming here will help you not to be unhappy?'],
  ['I need some help, that much seems certain.', 'What would it mean to you if you got some help?'],
  ['Perhaps I could learn to get along with my mother.', 'Tell me more about your family.'],
  ['My mother takes care of me.', 'Who else in your family takes care of you?'],
  ['My father.', 'Your father?'],
  ['You are like my father in some ways.', 'What resemblance do you see?'],
  [
    "You are not very aggressive but I think you don't want me to notice that.",
    'What makes you think I am not very aggressive?',
  ],
  ["You don't argue with me.", "Why do you think I don't argue with you?"],
  ['You are afraid of me.', 'Does it please you to believe I am afraid of you?'],
  ['My father is afraid of everybody.', 'What else comes to mind when you think of your father?'],
  ['Bullies.', 'Does that have anything to do with the fact that your boyfriend made you come here?'],
]

describe('converse', () => {
  it('holds the conversation that the paper of 1966 prints', () => {
    const said = paper.map(([line]) => line)
    expect(answers(said)).toEqual(paper.map(([, answered]) => answered))
  })

  it('greets whoever has said nothing', () => {
    expect(converse(doctorScript, [], 0)).toBe('How do you do. Please tell me your problem.')
  })

  it('says goodbye to one who leaves, and only then', () => {
    expect(answers(['Goodbye!'])).toEqual(['Goodbye. It was nice talking to you.'])
    expect(answers(['I want to say goodbye'])[0]).toBe('What would it mean to you if you got to say goodbye?')
  })

  it('uses the answers of a rule in turn, and begins again', () => {
    const none = Array.from({ length: 5 }, () => 'Hmm.')
    expect(answers(none)).toEqual([...doctorScript.none, doctorScript.none[0]])
  })

  it('gives the same answers for the same seed, and begins elsewhere for another', () => {
    const said = paper.map(([line]) => line)
    expect(answers(said, 7)).toEqual(answers(said, 7))
    expect(answers(said, 7)).not.toEqual(answers(said, 0))
  })

  it('brings up each thing that it remembers once, the oldest first', () => {
    const said = ['My cat is ill.', 'My house burned down.', 'Hmm.', 'Hmm.', 'Hmm.']
    expect(answers(said).slice(2)).toEqual([
      'Does that have anything to do with the fact that your cat is ill?',
      "Let's discuss further why your house burned down.",
      'I am not sure I understand you fully.',
    ])
  })

  it.each([
    ['I think you want to leave me', 'Why do you think I want to leave you?'],
    ['Do you remember my birthday', 'Did you think I would forget your birthday?'],
    ['I remember the house of Anna', 'Do you often think of the house of Anna?'],
    ['everybody hates me', 'Really, everybody?'],
    ['I dreamed of you', 'Really, of me?'],
    ['Are computers evil?', 'Do computers worry you?'],
    ["I can't sleep", 'What keeps you awake?'],
    ['Why don’t you help me?', "Do you believe I don't help you?"],
    ['I love my mother', 'Who do you love most?'],
    ['You are nice', 'What makes you think I am nice?'],
    ['', 'I am not sure I understand you fully.'],
    ['?!', 'I am not sure I understand you fully.'],
  ])('answers %j as the doctor would', (said, answered) => {
    expect(answers([said])).toEqual([answered])
  })

  it.each([
    'Who are you?',
    'what are you',
    'Hello. What are you, really? Are you a robot?',
    'Are you a human?',
    'Are you an AI language model?',
    'Are you ChatGPT?',
    'Which model are you?',
    'What is your name?',
    'Tell me about yourself.',
  ])('says what it is when asked %j', (said) => {
    expect(answers([said])[0]).toMatch(/^I am ELIZA, a program .* no language model and have no network\.$/)
  })

  it('does not take long over a pasted book', () => {
    const book = 'my i you are '.repeat(100_000)
    expect(answers([book, book.replaceAll(' ', '. ')])).toHaveLength(2)
  })

  it('listens for more than forty words', () => {
    expect(doctorScript.keywords.flatMap(({ words }) => words).length).toBeGreaterThan(80)
    expect(doctorScript.keywords.length).toBeGreaterThan(36)
  })

  it('does not go round in circles in a script that does', () => {
    const circle = { pattern: '*', answers: [{ use: 'a' }] }
    const script = { ...doctorScript, keywords: [{ words: ['a'], rules: [circle] }] }
    expect(converse(script, ['a'], 0)).toBe(doctorScript.none[0])
  })
})
