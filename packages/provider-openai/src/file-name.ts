/** The endings of common types whose name says something else. */
const endings: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/markdown': 'md',
  'text/tab-separated-values': 'tsv',
  'text/javascript': 'js',
  'text/x-python': 'py',
  'application/javascript': 'js',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
}

/** The name of a file, made of its type where it has none: OpenAI asks for one, and goes by its ending. */
export function fileNameOf(name: string | undefined, mediaType = ''): string {
  if (name !== undefined && name.trim() !== '') return name.toWellFormed()
  const [type = ''] = mediaType.toLowerCase().split(';', 1)
  const kind = type.trim()
  const ending = Object.hasOwn(endings, kind) ? endings[kind] : kind.slice(kind.indexOf('/') + 1)
  return /^[a-z0-9]{1,8}$/.test(ending ?? '') ? `document.${ending}` : 'document'
}
