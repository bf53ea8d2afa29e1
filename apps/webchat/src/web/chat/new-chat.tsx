import type { PromptContent } from '@geppetto/client'
import type { UsedSessions } from '@geppetto/react'
import { useEffect, useState } from 'react'
import { Composer } from '../composer/composer.tsx'
import { ProfileMenu } from '../composer/profile-menu.tsx'
import { client } from '../state/client.ts'
import type { KnownProfiles } from '../state/profiles.ts'
import { goTo } from '../state/route.ts'
import { storage } from '../state/storage.ts'
import { ChatHeader } from './chat-header.tsx'
import { ProblemBar } from './problem-bar.tsx'
import { Suggestions } from './suggestions.tsx'
import { useProblem } from './use-problem.ts'

interface Props {
  readonly profiles: KnownProfiles
  readonly sessions: UsedSessions
  readonly isSidebarOpen: boolean
  readonly onOpenSidebar: () => void
}

/** A conversation that has not begun: the server has it with its first message. */
export function NewChat({ profiles, sessions, isSidebarOpen, onOpenSidebar }: Props) {
  const { problem, attempt, clear } = useProblem()
  const [chosen, setChosen] = useState(() => storage.read('profile'))
  const { list } = profiles
  const isThere = list?.profiles.some(({ id }) => id === chosen)
  const profile = isThere ? chosen : list?.defaultProfile
  useEffect(() => {
    document.title = 'Geppetto'
  }, [])
  const begin = async (content: PromptContent) => {
    let isBegun = false
    await attempt(
      sessions.create(profile === undefined ? {} : { profile }).then(({ sessionId }) => {
        void client.session(sessionId).submit(content)
        isBegun = true
        goTo(sessionId)
      }),
    )
    return isBegun
  }
  return (
    <main className="chat new">
      <ChatHeader isSidebarOpen={isSidebarOpen} onOpenSidebar={onOpenSidebar} />
      <div className="chat-body">
        <div className="conversation">
          <div className="welcome">
            <img src="/icon.svg" alt="" width={56} height={56} />
            <h1>What is on your mind?</h1>
            <p>
              {profile === 'eliza'
                ? 'ELIZA answers: a program of 1966, without a model and without a network. With OPENAI_API_KEY or ANTHROPIC_API_KEY in its environment, or an Ollama beside it, the server offers models, too.'
                : 'Chats stay on this machine. Models see what you send them.'}
            </p>
            <Suggestions isEliza={profile === 'eliza'} onChoose={(text) => void begin(text)} />
          </div>
          <ProblemBar problem={problem} onClose={clear} />
          <Composer draftName="new" uploads={list?.uploads} run="idle" onSubmit={begin}>
            <ProfileMenu
              list={list}
              chosen={profile}
              onChoose={(id) => {
                storage.write('profile', id)
                setChosen(id)
              }}
            />
          </Composer>
        </div>
      </div>
    </main>
  )
}
