import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './icon-button.tsx'

/** How long it says that it is done, in milliseconds. */
const shownMs = 1_600

/** Puts a text onto the clipboard, and says so. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [state, setState] = useState<'ready' | 'done' | 'failed'>('ready')
  useEffect(() => {
    if (state === 'ready') return
    const timer = setTimeout(() => setState('ready'), shownMs)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState('done'),
      () => setState('failed'),
    )
  const words = { ready: label, done: 'Copied', failed: 'The browser does not let this page copy' }
  return (
    <IconButton label={words[state]} onClick={copy}>
      {state === 'done' ? <Check /> : <Copy />}
    </IconButton>
  )
}
