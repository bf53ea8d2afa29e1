import katex from 'katex'
import 'katex/dist/katex.min.css'

/** Draws a formula into an element. One that is wrong is shown as it was written. */
export function renderFormula(text: string, displayMode: boolean, element: HTMLElement): void {
  // Bounded, as models write it: no commands that load or link, no growth without end.
  katex.render(text, element, {
    displayMode,
    throwOnError: false,
    errorColor: 'currentColor',
    strict: 'ignore',
    trust: false,
    maxExpand: 200,
    maxSize: 20,
  })
}
