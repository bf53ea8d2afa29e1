import type { RequestView, SentRequest, SessionClient } from '@geppetto/client'
import { isClientError } from '@geppetto/client'
import { useState } from 'react'
import { readableText } from '../web/chat/tool-text.ts'
import { CodeBlock } from '../web/markdown/code-block.tsx'
import { CopyButton } from '../web/ui/copy-button.tsx'

interface Props {
  readonly session: SessionClient
  readonly turnId: string | undefined
  readonly requests: readonly SentRequest[]
  /** Which one is shown, by its call. */
  readonly chosen: string | undefined
  readonly onChoose: (providerCallId: string) => void
}

/** The requests of a run, as they were sent. */
export function Requests({ session, turnId, requests, chosen, onChoose }: Props) {
  const shown = requests.find(({ providerCallId }) => providerCallId === chosen) ?? requests.at(-1)
  if (shown === undefined) return <NoRequests key={turnId} session={session} turnId={turnId} />
  return (
    <div className="debug-requests">
      {requests.length > 1 && (
        <fieldset className="debug-phases" aria-label="Requests">
          {requests.map((request, index) => (
            <button
              key={request.providerCallId}
              type="button"
              aria-pressed={request === shown}
              onClick={() => onChoose(request.providerCallId ?? '')}
            >
              call {index + 1}
            </button>
          ))}
        </fieldset>
      )}
      <OneRequest request={shown} />
    </div>
  )
}

function NoRequests({ session, turnId }: Pick<Props, 'session' | 'turnId'>) {
  const [made, setMade] = useState<RequestView>()
  const [problem, setProblem] = useState<string>()
  if (made !== undefined) {
    return (
      <div className="debug-requests">
        <p className="debug-hint">How the prompt of this turn would be sent now, by what answers in this chat:</p>
        <OneRequest request={made} />
      </div>
    )
  }
  const ask = async () => {
    try {
      setMade(await session.debug.request(turnId ?? ''))
    } catch (error) {
      setProblem(isClientError(error) ? (error.problem?.detail ?? error.message) : String(error))
    }
  }
  return (
    <div className="debug-empty">
      <p>No request of this run is known. What answered it sends none, or the server was started since.</p>
      {problem === undefined ? (
        <button type="button" className="button small" disabled={turnId === undefined} onClick={() => void ask()}>
          Show how it would be sent now
        </button>
      ) : (
        <p className="problem">{problem}</p>
      )}
    </div>
  )
}

function OneRequest({ request }: { readonly request: RequestView }) {
  const { method, address, model, headers, body, degradations, tokens } = request
  return (
    <>
      <p className="debug-address">
        <strong>{method}</strong> <code>{address}</code>
        <CopyButton text={address} label="Copy the address" />
      </p>
      <p className="debug-hint">
        {model} · {body.length.toLocaleString('en')} characters · about {tokens.toLocaleString('en')} tokens
      </p>
      {degradations.length > 0 && (
        <ul className="debug-degradations">
          {degradations.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <h3>Headers</h3>
      <dl className="debug-headers">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="debug-body-title">
        <h3>Body</h3>
        <CopyButton text={body} label="Copy the body as it was sent" />
      </div>
      <CodeBlock code={readableText(body)} language="json" grows={false} />
    </>
  )
}
