/** What the browser keeps for this page, in the name of the app. Where it keeps nothing, everything works without. */
export const storage = {
  read(name: string): string | undefined {
    try {
      return localStorage.getItem(`geppetto.${name}`) ?? undefined
    } catch {
      // A browser that is told to keep nothing throws.
      return undefined
    }
  },
  write(name: string, value: string | undefined): void {
    try {
      if (value === undefined) localStorage.removeItem(`geppetto.${name}`)
      else localStorage.setItem(`geppetto.${name}`, value)
    } catch {
      // As above; or it is full.
    }
  },
}
