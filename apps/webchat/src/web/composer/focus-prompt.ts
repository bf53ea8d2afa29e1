/** Where the page has a keyboard, the prompt gets the focus: on a phone its keyboard would come up over what there is to read. */
export function focusPrompt(): void {
  if (matchMedia('(hover: hover)').matches) document.getElementById('prompt')?.focus()
}
