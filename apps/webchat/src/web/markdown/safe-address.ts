/** The address if following it does no harm: a page or a mail. Anything else, as `javascript:`, is none. */
export function safeLink(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  return ['http:', 'https:', 'mailto:'].includes(new URL(address).protocol) ? address : undefined
}

/**
 * The address if its picture may be loaded without being asked for: from here, or from nowhere. A model that somebody has talked into it
 * writes pictures whose addresses tell others what was said.
 */
export function safePicture(address: string): string | undefined {
  if (/^(data:image\/(png|jpeg|gif|webp);|blob:)/i.test(address)) return address
  if (!URL.canParse(address, location.href)) return undefined
  const url = new URL(address, location.href)
  return url.origin === location.origin && url.pathname.startsWith('/api/') ? url.href : undefined
}
