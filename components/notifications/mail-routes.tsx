'use client'

import { useMutation } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { routeMailAction } from '@/app/actions/notifications'
import { Card } from '@/components/ui/card'
import { Checkbox } from '@/components/ui/checkbox'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { TopicView } from '@/lib/billing/views/notifications-page'
import { wordNotificationRefusal } from './refusals'

type Props = { org: string; topics: readonly TopicView[]; hasExtra: boolean; mayChange: boolean }

/** Who gets which mails, topic by topic; what is essential is named, and cannot be chosen away. */
export function MailRoutes({ org, topics, hasExtra, mayChange }: Props) {
  const t = useTranslations('notifications')
  return (
    <Card description={t('mailHint')} flush footer={!hasExtra && t('noExtra')} title={t('mail')}>
      <ul>
        {topics.map((topic) => (
          <li className="border-line border-t px-5 py-4 first:border-t-0 sm:px-6" key={topic.topic}>
            <TopicRoute hasExtra={hasExtra} mayChange={mayChange} org={org} topic={topic} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

const AUDIENCES = ['owner', 'admin', 'billing', 'extra'] as const

function TopicRoute({ org, topic: view, hasExtra, mayChange }: { org: string; topic: TopicView; hasExtra: boolean; mayChange: boolean }) {
  const t = useTranslations('notifications')
  const list = new Intl.ListFormat(useLocale(), { style: 'narrow', type: 'conjunction' })
  const [chosen, setChosen] = useState(view.audiences)
  const route = useMutation({
    mutationFn: (audiences: TopicView['audiences']) => routeMailAction(org, { topic: view.topic, audiences }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('saved'))
      else setChosen(view.audiences)
    },
    onError: () => setChosen(view.audiences),
  })
  const refusal = route.data?.ok === false ? route.data.error : null
  const wordKinds = (kinds: TopicView['optional']) => list.format(kinds.map((kind) => t(`kinds.${kind}`)))

  function choose(audience: TopicView['audiences'][number], isChosen: boolean) {
    const next = AUDIENCES.filter((one) => (one === audience ? isChosen : chosen.includes(one)))
    setChosen(next)
    route.mutate(next)
  }

  return (
    <fieldset className="flex flex-col gap-3 text-sm">
      <legend className="mb-1 font-medium text-base">{t(`topics.${view.topic}`)}</legend>
      <div className="flex max-w-prose flex-col gap-1 text-muted">
        {view.essential.length > 0 && <p>{t('always', { kinds: wordKinds(view.essential) })}</p>}
        {view.optional.length > 0 && <p>{t('chosen', { kinds: wordKinds(view.optional) })}</p>}
      </div>
      {view.optional.length > 0 && (
        <fieldset aria-label={t('audienceOf', { topic: t(`topics.${view.topic}`) })} className="flex flex-wrap gap-x-6 gap-y-2.5">
          {AUDIENCES.filter((audience) => audience !== 'extra' || hasExtra).map((audience) => (
            <Checkbox
              checked={chosen.includes(audience)}
              key={audience}
              label={t(`audience.${audience}`)}
              onChange={(isChosen) => choose(audience, isChosen)}
              reason={mayChange ? null : t('owners')}
            />
          ))}
        </fieldset>
      )}
      {chosen.length === 0 && <p className="text-muted">{t('nobody')}</p>}
      {(refusal || route.isError) && (
        <Notice live="alert" tone={refusal ? 'warning' : 'danger'}>
          {refusal ? wordNotificationRefusal(t, refusal) : t('fault')}
        </Notice>
      )}
    </fieldset>
  )
}
