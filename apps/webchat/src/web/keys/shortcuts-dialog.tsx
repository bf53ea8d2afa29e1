import { Dialog } from '../ui/dialog.tsx'
import { keyNames, promptKeys, shortcuts } from './shortcuts.ts'

/** The list of all keys. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const rows = [...promptKeys, ...shortcuts.map((shortcut) => ({ keys: keyNames(shortcut), help: shortcut.help }))]
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="shortcuts">
        {rows.map(({ keys, help }) => (
          <div key={help}>
            <dt>{help}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
