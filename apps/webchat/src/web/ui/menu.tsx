import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

/** Something that a menu offers. */
export interface MenuItem {
  readonly id: string
  readonly label: string
  readonly detail?: string
  readonly icon?: ReactNode
  readonly isDangerous?: boolean
  /** Where the items are alternatives: whether this is the one. */
  readonly isChosen?: boolean
  readonly onSelect: () => void
}

/** So many items get a search. */
const manyItems = 10

/** A button with a menu. Arrows, Home and End move, Enter takes, Escape closes, typing searches where there are many: then Enter takes the first. */
export function Menu({
  label,
  button,
  items,
  className = '',
  place = 'below',
}: {
  readonly label: string
  readonly button: ReactNode
  readonly items: readonly MenuItem[]
  readonly className?: string
  readonly place?: 'below' | 'above'
}) {
  const [isOpen, setIsOpen] = useState(false)
  const [search, setSearch] = useState('')
  const root = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const menuId = useId()
  const shown = items.filter(({ label, detail = '' }) =>
    `${label} ${detail}`.toLowerCase().includes(search.trim().toLowerCase()),
  )
  const close = (returnsFocus: boolean) => {
    setIsOpen(false)
    setSearch('')
    if (returnsFocus) trigger.current?.focus()
  }
  useEffect(() => {
    if (!isOpen) return
    const first = root.current?.querySelector<HTMLElement>('input, [aria-checked="true"], [role^="menuitem"]')
    first?.focus()
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target)) return
      setIsOpen(false)
      setSearch('')
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  }, [isOpen])
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault()
      // Not also what Escape means to the page.
      event.stopPropagation()
      close(event.key === 'Escape')
      return
    }
    const choices = [...(root.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])]
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      // Not also what Enter means to the form around the menu: it would send what is in the prompt.
      event.preventDefault()
      if (!event.nativeEvent.isComposing) choices[0]?.click()
      return
    }
    const at = choices.findIndex((choice) => choice.matches(':focus'))
    const next = nextPlace(event.key, at, choices.length)
    if (next === undefined) return
    event.preventDefault()
    choices[next]?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the menu in it
    <div className={`menu ${className}`} ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={trigger}
        className="menu-button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? menuId : undefined}
        onClick={() => (isOpen ? close(false) : setIsOpen(true))}
      >
        {button}
      </button>
      {isOpen && (
        <div className={`menu-panel ${place}`}>
          {items.length >= manyItems && (
            <input
              type="search"
              aria-label={`Search: ${label}`}
              placeholder="Search"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          )}
          <div role="menu" id={menuId} aria-label={label}>
            {shown.map((item) => {
              const common = {
                type: 'button' as const,
                className: item.isDangerous ? 'menu-item dangerous' : 'menu-item',
                onClick: () => {
                  close(true)
                  item.onSelect()
                },
              }
              const content = (
                <>
                  {item.icon}
                  <span>
                    {item.label}
                    {item.detail !== undefined && <small>{item.detail}</small>}
                  </span>
                </>
              )
              return item.isChosen === undefined ? (
                <button key={item.id} role="menuitem" {...common}>
                  {content}
                </button>
              ) : (
                <button key={item.id} role="menuitemradio" aria-checked={item.isChosen} {...common}>
                  {content}
                </button>
              )
            })}
            {shown.length === 0 && <p className="menu-empty">Nothing of that name</p>}
          </div>
        </div>
      )}
    </div>
  )
}

function nextPlace(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return at <= 0 ? count - 1 : at - 1
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
