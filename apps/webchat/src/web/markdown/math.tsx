import type { Token } from 'marked'
import { useEffect, useRef, useState } from 'react'
import type { MathToken } from './lexer.ts'

type Render = typeof import('./katex.ts').renderFormula

/** It is large, and few conversations need it. */
let loading: Promise<Render> | undefined
let loaded: Render | undefined

async function load(): Promise<Render> {
  const { renderFormula } = await import('./katex.ts')
  loaded = renderFormula
  return renderFormula
}

export function isMath(token: Token): token is MathToken {
  return token.type === 'math'
}

/** A formula; its source until what draws it is there. */
export function Formula({ text, display }: { readonly text: string; readonly display: boolean }) {
  const place = useRef<HTMLSpanElement>(null)
  const [render, setRender] = useState<Render | undefined>(() => loaded)
  useEffect(() => {
    if (render !== undefined) return
    let isGone = false
    loading ??= load()
    loading.then(
      (ready) => {
        if (!isGone) setRender(() => ready)
      },
      () => {
        // The source stays, and the next formula tries again.
        loading = undefined
      },
    )
    return () => {
      isGone = true
    }
  }, [render])
  useEffect(() => {
    if (render !== undefined && place.current !== null) render(text, display, place.current)
  }, [render, text, display])
  return (
    <span ref={place} className={display ? 'math-display' : 'math'}>
      {render === undefined ? text : undefined}
    </span>
  )
}
