import { lexer } from 'marked'
import { renderBlocks } from './render-blocks.ts'

/** A Markdown text as the lines of a terminal that is `columns` wide. The text was made visible: see `visibleText`. */
export function renderMarkdown(text: string, columns: number): readonly string[] {
  return renderBlocks(lexer(text), columns)
}
