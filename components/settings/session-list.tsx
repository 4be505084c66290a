'use client'

import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { SessionView } from '@/lib/auth/sessions'

type Answer = Promise<{ ok: boolean }>

type Props = { sessions: readonly SessionView[]; end: (input: { session: string }) => Answer; endOthers: (nothing: Record<string, never>) => Answer }

/** Where one is signed in, and the end of each. */
export function SessionList({ sessions, end, endOthers }: Props) {
  const t = useTranslations('sessions')
  const locale = useLocale()
  const router = useRouter()
  const [pending, setPending] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)

  async function press(which: string, send: () => Answer, done: string) {
    setPending(which)
    const answer = await send().catch(() => ({ ok: false }))
    setPending(null)
    setFailed(!answer.ok)
    if (!answer.ok) return
    void showToast(done)
    router.refresh()
  }

  const nameOf = ({ browser, system }: SessionView) => (browser && system ? t('device', { browser, system }) : (browser ?? t('unknownBrowser')))
  return (
    <div className="flex flex-col gap-4">
      {failed && (
        <Notice live="alert" tone="danger">
          {t('unavailable')}
        </Notice>
      )}
      <ul aria-label={t('list')} className="-my-2 divide-y divide-line">
        {sessions.map((session) => {
          const since = formatInstant(session.begunAt, locale)
          const facts = { since, seen: formatInstant(session.seenAt, locale), address: session.address || t('unknownAddress') }
          return (
            <li className="flex flex-wrap items-center justify-between gap-3 py-3" key={session.id}>
              <div className="min-w-0 flex-1 basis-60">
                <p className="wrap-anywhere font-medium">
                  {nameOf(session)} {session.isPresent && <Badge tone="accent">{t('you')}</Badge>}
                </p>
                <p className="wrap-anywhere text-muted text-sm">{t('facts', facts)}</p>
              </div>
              {!session.isPresent && (
                <Button
                  aria-label={t('endNamed', { device: nameOf(session), since })}
                  onClick={() => press(session.id, () => end({ session: session.id }), t('ended'))}
                  pending={pending === session.id}
                  size="sm"
                >
                  {t('end')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {sessions.some(({ isPresent }) => !isPresent) && (
        <div>
          <Button onClick={() => press('others', () => endOthers({}), t('othersEnded'))} pending={pending === 'others'}>
            {t('endOthers')}
          </Button>
        </div>
      )}
    </div>
  )
}
