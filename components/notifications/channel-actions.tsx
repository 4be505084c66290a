'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { pauseChannelAction, testChannelAction } from '@/app/actions/notifications'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { ChannelView } from '@/lib/billing/views/notifications-page'
import { wordNotificationRefusal, wordProblem } from './refusals'

type Props = { org: string; channel: ChannelView; mayChange: boolean; onEdit: () => void; onRemove: () => void }

/** What a service has answered to a test is said in place, in words. */
export function ChannelActions({ org, channel, mayChange, onEdit, onRemove }: Props) {
  const t = useTranslations('notifications')
  const { id, name, service } = channel
  const router = useRouter()
  const isPaused = channel.paused !== null
  const reason = mayChange ? null : t('owners')

  const test = useMutation({
    mutationFn: () => testChannelAction(org, { channelId: id }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('testDone', { name }))
      else router.refresh() // The log has it too.
    },
  })
  const pause = useMutation({
    mutationFn: () => pauseChannelAction(org, { channelId: id, state: isPaused ? 'active' : 'paused' }),
    onSuccess: (result) => {
      if (!result.ok) return
      test.reset()
      void showToast(t(isPaused ? 'resumed' : 'paused', { name }))
    },
  })
  const refusedTest = test.data?.ok === false ? test.data.error : null
  const refusedPause = pause.data?.ok === false ? pause.data.error : null
  return (
    <div className="flex @2xl:max-w-[28rem] flex-col @2xl:items-end gap-3">
      <div className="flex flex-wrap gap-2">
        <Button aria-label={t('testName', { name })} onClick={() => test.mutate()} pending={test.isPending} reason={reason} size="sm">
          {t('test')}
        </Button>
        {mayChange && (
          <>
            <Button
              aria-label={t(isPaused ? 'resumeName' : 'pauseName', { name })}
              onClick={() => pause.mutate()}
              pending={pause.isPending}
              size="sm"
              variant={channel.paused === null ? 'ghost' : 'secondary'}
            >
              {t(isPaused ? 'resume' : 'pause')}
            </Button>
            <Button aria-label={t('editName', { name })} onClick={onEdit} size="sm" variant="ghost">
              {t('edit')}
            </Button>
            <Button aria-label={t('removeName', { name })} onClick={onRemove} size="sm" variant="ghost">
              {t('remove')}
            </Button>
          </>
        )}
      </div>
      {refusedTest && (
        <Notice live="alert" title={t('testFailed', { name })} tone="warning">
          {refusedTest.code === 'not_delivered' ? wordProblem(t, refusedTest, service) : wordNotificationRefusal(t, refusedTest)}
        </Notice>
      )}
      {refusedPause && (
        <Notice live="alert" tone="warning">
          {wordNotificationRefusal(t, refusedPause)}
        </Notice>
      )}
      {(test.isError || pause.isError) && (
        <Notice live="alert" tone="danger">
          {t('fault')}
        </Notice>
      )}
    </div>
  )
}
