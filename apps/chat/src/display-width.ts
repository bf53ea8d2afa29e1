/** How many columns of a terminal the text takes: wide characters two, colours and what joins the character before none. */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length
  return splitCharacters(text).reduce((sum, character) => sum + characterWidth(character), 0)
}

/** What a reader takes for one character each; a change of colour is one too. */
export function splitCharacters(text: string): readonly string[] {
  if (isAscii(text)) return [...text]
  return text
    .split(colour)
    .flatMap((part, index) => (index % 2 === 1 ? [part] : [...segmenter.segment(part)].map(({ segment }) => segment)))
}

/** Whether it takes two columns: the scripts of East Asia, and pictures. */
export function isWide(character: string): boolean {
  return wide.test(character) && !halfWidth.test(character)
}

const segmenter = new Intl.Segmenter()

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
const colour = /(\u001b\[[\d;]*m)/

const wide =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Bopomofo}|\p{Script=Yi}|[\u3000-\u303e\u30fc\uff01-\uff60\uffe0-\uffe6])|\ufe0f/u

const halfWidth = /^[\uff61-\uffdc]/

function characterWidth(character: string): number {
  if (colour.test(character) || /^[\p{Mark}\p{Format}]+$/u.test(character)) return 0
  return isWide(character) ? 2 : 1
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text)
}
