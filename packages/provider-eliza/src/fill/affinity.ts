/** Which words of a field's name go with which preposition. */
const words: Readonly<Record<string, RegExp>> = {
  from: /^(from|origin|source|src|departure|start|sender|begin|since)$/,
  to: /^(to|target|destination|dest|recipient|recipients|arrival|end|goal|receiver|into|until)$/,
  into: /^(to|target|destination|into|language)$/,
  onto: /^(to|target|destination|into)$/,
  in: /^(in|city|town|place|location|country|region|room|zone|language|area|unit|units|currency|where|state)$/,
  near: /^(city|town|place|location|near|area|address)$/,
  inside: /^(place|location|room|folder|in)$/,
  at: /^(at|time|hour|place|location|address|rate|price)$/,
  on: /^(on|date|day|topic|subject|device|platform)$/,
  by: /^(by|author|creator|artist|writer)$/,
  about: /^(about|topic|subject)$/,
  named: /^(name|title|label|named|called)$/,
  called: /^(name|title|label|named|called)$/,
  for: /^(for|purpose|person|duration|query|city|place|location|recipient|product|customer|user)$/,
  with: /^(with|participant|attendee|guest|person|tool|partner)$/,
  as: /^(as|role|format|name)$/,
  until: /^(until|to|end|deadline)$/,
  since: /^(since|from|start)$/,
  before: /^(before|until|end|deadline)$/,
  after: /^(after|since|start)$/,
  under: /^(under|max|maximum|limit)$/,
  via: /^(via|channel|route)$/,
}

/** Whether a preposition is the one that goes with a field of these words. */
export function goesWith(preposition: string | undefined, fieldWords: readonly string[]): boolean {
  const form = preposition === undefined || !Object.hasOwn(words, preposition) ? undefined : words[preposition]
  return form !== undefined && fieldWords.some((word) => form.test(word))
}
