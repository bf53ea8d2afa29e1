import type { ComponentProps, ReactNode } from 'react'

/** A button of an icon alone: its label is what it is called, and what is shown where the mouse rests. */
export function IconButton({
  label,
  children,
  className,
  ...others
}: { readonly label: string; readonly children: ReactNode } & Omit<ComponentProps<'button'>, 'aria-label' | 'title'>) {
  return (
    <button
      type="button"
      {...others}
      className={className === undefined ? 'icon-button' : `icon-button ${className}`}
      aria-label={label}
      title={label}
    >
      {children}
    </button>
  )
}
