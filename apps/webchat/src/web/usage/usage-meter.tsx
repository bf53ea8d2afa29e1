import type { TurnView } from '@geppetto/client'
import { showCost } from '@geppetto/settings/cost'
import { useMemo, useState } from 'react'
import type { KnownProfiles } from '../state/profiles.ts'
import { Dialog } from '../ui/dialog.tsx'
import { usageOf } from './usage-of.ts'

/** How many tokens a conversation took, what they cost, and how full the model's window is. */
export function UsageMeter({
  turns,
  profile,
  profiles,
  isPartial,
}: {
  readonly turns: readonly TurnView[]
  readonly profile: string | undefined
  readonly profiles: KnownProfiles
  /** Whether there are earlier turns, which are not counted. */
  readonly isPartial: boolean
}) {
  const [isOpen, setIsOpen] = useState(false)
  const used = useMemo(() => usageOf(turns, profile, profiles), [turns, profile, profiles])
  if (used === undefined) return null
  const { totals, cost, share, contextWindow } = used
  const costText = cost === undefined ? undefined : showCost(cost)
  const short = [
    `${shortCount(totals.total)} tokens`,
    ...(cost?.usd === undefined ? [] : [costText]),
    ...(share === undefined ? [] : [`${Math.round(share * 100)}% full`]),
  ]
  const rows: readonly (readonly [string, number | undefined])[] = [
    ['Read', used.usage.input.uncached],
    ['Read from the cache', used.usage.input.cacheRead],
    ['Written to the cache', used.usage.input.cacheWrite],
    ['Written', used.usage.output.text],
    ['Thought', used.usage.output.reasoning],
  ]
  return (
    <>
      <button type="button" className="meter" aria-label={`Usage: ${short.join(', ')}`} onClick={() => setIsOpen(true)}>
        {share !== undefined && <meter min={0} max={1} value={share} aria-hidden="true" />}
        <span>
          {short[0]}
          <span className="meter-detail">{short.slice(1).map((text) => ` · ${text}`)}</span>
        </span>
      </button>
      {isOpen && (
        <Dialog title="Usage of this chat" onClose={() => setIsOpen(false)}>
          <dl className="usage">
            {rows.map(([name, tokens]) =>
              tokens === undefined || tokens === 0 ? null : (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{tokens.toLocaleString()} tokens</dd>
                </div>
              ),
            )}
            <div className="sum">
              <dt>Together</dt>
              <dd>
                {totals.total.toLocaleString()} tokens{used.usage.source === 'reported' ? '' : ' (about)'}
              </dd>
            </div>
            <div>
              <dt>Cost</dt>
              <dd>{costText ?? 'free, or not known'}</dd>
            </div>
            {share !== undefined && (
              <div>
                <dt>The model’s window</dt>
                <dd>
                  {Math.round(share * 100)}% of {contextWindow?.toLocaleString()} tokens
                </dd>
              </div>
            )}
          </dl>
          {isPartial && <p className="message-note">Without the earlier messages, which are not loaded.</p>}
        </Dialog>
      )}
    </>
  )
}

function shortCount(tokens: number): string {
  return tokens < 1_000 ? String(tokens) : `${(tokens / 1_000).toFixed(tokens < 10_000 ? 1 : 0)}k`
}
