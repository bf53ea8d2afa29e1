import type { Access } from 'engine-choice'

/** What of the settings was left out or set aside, a line for each. */
export function noticeLines({ settings }: Access): readonly string[] {
  return settings.notices.map(({ place, message }) => (place === undefined ? message : `${place}: ${message}`))
}
