function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter((word) => word !== ''))
}

export const articles: ReadonlySet<string> = words('the a an')

export const prepositions: ReadonlySet<string> = words(
  'in for of at to named called from with about on by into near as via within between against since until after before under over onto inside saying that',
)

/** Words that say nothing about what a sentence is about. */
export const stopWords: ReadonlySet<string> = words(`
  the a an and or but if so then than as of at by for from in into is it its on onto to too up out off over under with without about
  between within via near inside named called saying since until after before against
  i me my mine myself you your yours yourself he him his she her hers we us our ours they them their theirs this that these those
  there here who whom whose what which where when why how am are was were be been being do does did done doing have has had having
  will would shall should can could may might must not no yes nor please thanks thank ok okay hi hello hey eliza dear also just only
  very really quite rather some any each every all both more most much many such own same other another else again still yet ever
  never always now today currently right kindly maybe perhaps well oh like likes take takes go going goes come let lets let's
  want wants need needs wish got quickly exactly one ones thing things something anything everything way next currently outside whats
  together likely probably around either whether tool tools function
`)

/** Of the {@link stopWords}, those that an idiom is made of: "time is up". They count where no value speaks for a tool. */
export const idiomWords: ReadonlySet<string> = words(
  'up over out off go goes going come take takes should must shall may might',
)

/** Verbs with which somebody asks for something, whatever it is. They count only where a tool is described with them. */
export const requestVerbs: ReadonlySet<string> = words(
  'show tell give find get see check display print look view fetch run call use know help try ask say list read open calculate compute evaluate work invoke execute',
)

/** Words of any description, which say nothing of what one tool does. */
export const genericWords: ReadonlySet<string> = words(`
  get gets return returns returned tool function given give gives use used uses using string number integer boolean object array
  optional required default example e.g i.e etc input output result results value values parameter argument arguments call calls called
  user users model provide provides provided current currently based specified specific example examples field type data information
  info performs perform handle handles returned when must not only be name
`)

/** How a sentence begins that asks. */
export const questionWords: ReadonlySet<string> = words('what whats which where when who whom whose how')

export const auxiliaries: ReadonlySet<string> = words(
  'is are am was were do does did will would shall should can could may might must has have had',
)

/** How a sentence begins that tells something. */
export const tellingWords: ReadonlySet<string> = words(`
  i my mine you your he she it we they his her our their this that these those there everyone everybody nobody someone somebody people
  something nothing everything no yes not never don't always sometimes maybe perhaps probably because if since although though while
  sorry once lately yesterday ever
`)

const synonymGroups: readonly (readonly string[])[] = [
  ['show', 'display', 'view', 'open', 'print', 'see', 'read'],
  ['get', 'fetch', 'retrieve', 'load'],
  ['find', 'search', 'seek', 'locate', 'look', 'lookup'],
  ['calculate', 'compute', 'evaluate', 'solve'],
  ['create', 'make', 'add', 'new'],
  ['delete', 'remove', 'erase'],
  ['send', 'mail', 'post'],
  ['change', 'update', 'edit', 'modify'],
  ['begin', 'start', 'launch'],
  ['end', 'stop', 'halt'],
  ['book', 'reserve', 'order', 'buy', 'purchase'],
  ['add', 'plus', 'sum', 'addition', '+'],
  ['subtract', 'minus', 'subtraction', '-'],
  ['multiply', 'times', 'multiplication', '*'],
  ['divide', 'division', '/'],
]

/** Words that may be said for `word`, without itself. General English, and the signs of arithmetic. */
export function synonymsOf(word: string): readonly string[] {
  return synonymGroups.filter((group) => group.includes(word)).flatMap((group) => group.filter((one) => one !== word))
}
