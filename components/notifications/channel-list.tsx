'use client'

import { MessageSquarePlus, MessagesSquare } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Status } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { formatInstant } from '@/components/ui/format-date'
import type { ChannelView } from '@/lib/billing/views/notifications-page'
import { ChannelActions } from './channel-actions'
import type { TopicKinds } from './topic-kinds'

// A dialog's library is heavier than the page that it stands on.
const ChannelDialog = dynamic(() => import('./channel-dialog').then((module) => module.ChannelDialog))
const RemoveChannel = dynamic(() => import('./remove-channel').then((module) => module.RemoveChannel))

type Props = {
  org: string
  channels: readonly ChannelView[]
  maximum: number
  topics: readonly TopicKinds[]
  /** How an address of each service begins. */
  expected: Record<ChannelView['service'], string>
  mayChange: boolean
}

/** The chats that messages are posted to, each with its state and all that can be done about it. */
export function ChannelList({ org, channels, maximum, topics, expected, mayChange }: Props) {
  const t = useTranslations('notifications')
  const [open, setOpen] = useState<{ what: 'connect' } | { what: 'edit' | 'remove'; id: ChannelView['id'] } | null>(null)
  const chosen = open && open.what !== 'connect' ? channels.find(({ id }) => id === open.id) : undefined
  const close = () => setOpen(null)
  const reason = !mayChange ? t('owners') : channels.length >= maximum ? t('full', { maximum: String(maximum) }) : null
  const connect = (
    <Button icon={<MessageSquarePlus aria-hidden />} onClick={() => setOpen({ what: 'connect' })} reason={reason} variant="primary">
      {t('connect')}
    </Button>
  )
  return (
    <Card actions={connect} description={t('chatsHint')} flush title={t('chats')}>
      {channels.length === 0 ? (
        <EmptyState icon={<MessagesSquare />} title={t('noChats')}>
          {t('noChatsBody')}
        </EmptyState>
      ) : (
        <ul>
          {channels.map((channel) => (
            <li
              className="flex @2xl:flex-row flex-col @2xl:items-start justify-between gap-x-6 gap-y-3 border-line border-t px-5 py-4 first:border-t-0 sm:px-6"
              key={channel.id}
            >
              <ChannelWords channel={channel} />
              <ChannelActions
                channel={channel}
                mayChange={mayChange}
                onEdit={() => setOpen({ what: 'edit', id: channel.id })}
                onRemove={() => setOpen({ what: 'remove', id: channel.id })}
                org={org}
              />
            </li>
          ))}
        </ul>
      )}
      {open?.what === 'connect' && <ChannelDialog channel={null} expected={expected} onClose={close} org={org} topics={topics} />}
      {open?.what === 'edit' && chosen && <ChannelDialog channel={chosen} expected={expected} onClose={close} org={org} topics={topics} />}
      {open?.what === 'remove' && chosen && <RemoveChannel channel={chosen} onClose={close} org={org} />}
    </Card>
  )
}

function ChannelWords({ channel }: { channel: ChannelView }) {
  const t = useTranslations('notifications')
  const locale = useLocale()
  const { lastDeliveredAt } = channel
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="wrap-anywhere font-medium text-base">
          <bdi>{channel.name}</bdi>
        </h3>
        <ChannelState channel={channel} />
      </div>
      <p className="wrap-anywhere text-muted">
        {t(`services.${channel.service}`)} · <bdi className="figures">{channel.hint}</bdi> · {t('posts', { count: channel.kinds.length })}
      </p>
      <p className="text-muted">{lastDeliveredAt === null ? t('neverDelivered') : t('delivered', { at: formatInstant(lastDeliveredAt, locale) })}</p>
    </div>
  )
}

function ChannelState({ channel: { paused, failingSince, service } }: { channel: ChannelView }) {
  const t = useTranslations('notifications')
  const locale = useLocale()
  if (paused === 'by_hand') return <Status tone="neutral">{t('pausedByHand')}</Status>
  if (paused === 'refused') return <Status tone="danger">{t('pausedRefused', { service: t(`services.${service}`) })}</Status>
  if (paused === 'unreachable') return <Status tone="danger">{t('pausedUnreachable')}</Status>
  if (failingSince !== null) return <Status tone="warning">{t('failing', { at: formatInstant(failingSince, locale) })}</Status>
  return <Status tone="ok">{t('active')}</Status>
}
