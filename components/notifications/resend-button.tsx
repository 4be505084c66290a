'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { resendMessageAction } from '@/app/actions/notifications'
import { Button } from '@/components/ui/button'
import { showToast } from '@/components/ui/toast'
import type { DeliveryView } from '@/lib/billing/views/notifications-page'
import { wordNotificationRefusal } from './refusals'

type Props = { org: string; messageId: DeliveryView['id']; label: string; reason: string | null }

export function ResendButton({ org, messageId, label, reason }: Props) {
  const t = useTranslations('notifications')
  const resend = useMutation({
    mutationFn: () => resendMessageAction(org, { messageId }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('resent'))
    },
  })
  const refusal = resend.data?.ok === false ? resend.data.error : null
  return (
    <span className="inline-flex flex-col items-end gap-1">
      <Button aria-label={label} onClick={() => resend.mutate()} pending={resend.isPending} reason={reason} size="sm">
        {t('resend')}
      </Button>
      {(refusal || resend.isError) && (
        <span className="text-danger-ink text-sm" role="alert">
          {refusal ? wordNotificationRefusal(t, refusal) : t('fault')}
        </span>
      )}
    </span>
  )
}
