'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { muteTopicsAction } from '@/app/actions/notifications'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Switch } from '@/components/ui/switch'
import { showToast } from '@/components/ui/toast'
import type { Role } from '@/lib/auth/permissions'
import type { TopicView } from '@/lib/billing/views/notifications-page'
import { wordNotificationRefusal } from './refusals'

type Props = { org: string; email: string; role: Exclude<Role, 'member'>; topics: readonly TopicView[] }

/** What one gets oneself: a switch for each topic that has anything to choose. */
export function OwnMail({ org, email, role, topics }: Props) {
  const t = useTranslations('notifications')
  const [muted, setMuted] = useState(topics.filter((one) => one.muted).map(({ topic }) => topic))
  const before = topics.filter((one) => one.muted).map(({ topic }) => topic)
  const mute = useMutation({
    mutationFn: (next: TopicView['topic'][]) => muteTopicsAction(org, { topics: next }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('saved'))
      else setMuted(before)
    },
    onError: () => setMuted(before),
  })
  const refusal = mute.data?.ok === false ? mute.data.error : null

  function choose(topic: TopicView['topic'], isWanted: boolean) {
    const next = isWanted ? muted.filter((one) => one !== topic) : [...muted, topic]
    setMuted(next)
    mute.mutate(next)
  }

  return (
    <Card description={t('ownHint', { email })} title={t('own')}>
      {topics
        .filter(({ optional }) => optional.length > 0)
        .map(({ topic, essential, audiences }) => (
          <Switch
            checked={audiences.includes(role) && !muted.includes(topic)}
            detail={essential.length > 0 ? t('ownAlways') : undefined}
            key={topic}
            label={t(`topics.${topic}`)}
            onChange={(isWanted) => choose(topic, isWanted)}
            reason={audiences.includes(role) ? null : t('ownRouted')}
          />
        ))}
      {(refusal || mute.isError) && (
        <Notice live="alert" tone={refusal ? 'warning' : 'danger'}>
          {refusal ? wordNotificationRefusal(t, refusal) : t('fault')}
        </Notice>
      )}
    </Card>
  )
}
