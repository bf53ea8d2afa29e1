import { Text, useAnimation } from 'ink'
import type { ReactNode } from 'react'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Shows that something goes on. */
export function Spinner({ color }: { readonly color: string }): ReactNode {
  const { frame } = useAnimation({ interval: 100 })
  return <Text color={color}>{frames[frame % frames.length]}</Text>
}
