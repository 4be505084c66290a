'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { removeChannelAction } from '@/app/actions/notifications'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { ChannelView } from '@/lib/billing/views/notifications-page'
import { wordNotificationRefusal } from './refusals'

export function RemoveChannel({ org, channel: { id, name }, onClose }: { org: string; channel: ChannelView; onClose: () => void }) {
  const t = useTranslations('notifications')
  const remove = useMutation({
    mutationFn: () => removeChannelAction(org, { channelId: id }),
    onSuccess: (result) => {
      if (!result.ok) return
      void showToast(t('removed', { name }))
      onClose()
    },
  })
  const refusal = remove.data?.ok === false ? remove.data.error : null
  return (
    <AlertDialog
      confirm={t('remove')}
      description={t('removeBody')}
      keep={t('removeKeep')}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      title={t('removeTitle', { name })}
    >
      {(refusal || remove.isError) && (
        <Notice live="alert" tone={refusal ? 'warning' : 'danger'}>
          {refusal ? wordNotificationRefusal(t, refusal) : t('fault')}
        </Notice>
      )}
    </AlertDialog>
  )
}
