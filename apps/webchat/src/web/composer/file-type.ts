/** So much of a file is looked at to see whether it is text. */
const lookedAt = 4_096

/** The file with a type that may be sent: what is text, whatever it is called, goes as plain text. Others are as they were. */
export async function withSendableType(file: File, mediaTypes: readonly string[]): Promise<File> {
  if (mediaTypes.includes(file.type) || !mediaTypes.includes('text/plain') || !(await isText(file))) return file
  return new File([file], file.name, { type: 'text/plain', lastModified: file.lastModified })
}

async function isText(file: File): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, lookedAt).arrayBuffer())
  if (bytes.length === 0 || bytes.includes(0)) return false
  try {
    // `stream`: its last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    // What is no UTF-8 is something else.
    return false
  }
}
