import type { ProfileList } from '@geppetto/client'
import { ChevronDown } from 'lucide-react'
import { Menu } from '../ui/menu.tsx'

/** Chooses what answers from here on. */
export function ProfileMenu({
  list,
  chosen,
  onChoose,
}: {
  readonly list: ProfileList | undefined
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}) {
  if (list === undefined || list.profiles.length === 0) return null
  const current = list.profiles.find(({ id }) => id === chosen)
  const label = current?.label ?? (chosen === undefined ? 'Choose a model' : `${chosen} (not there)`)
  return (
    <Menu
      label={`Model: ${label}`}
      place="above"
      className="profile-menu"
      button={
        <>
          <span>{label}</span>
          <ChevronDown aria-hidden="true" />
        </>
      }
      items={list.profiles.map(({ id, label, description }) => ({
        id,
        label,
        isChosen: id === chosen,
        onSelect: () => onChoose(id),
        ...(description === undefined ? {} : { detail: description }),
      }))}
    />
  )
}
