'use client'

import { useMutation } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { resendAction } from '@/app/actions/developers'
import { Button } from '@/components/ui/button'
import { showToast } from '@/components/ui/toast'
import type { DeliveryView } from '@/lib/webhooks/views'
import { WriteNotices } from './write-notices'

type Props = { org: string; deliveryId: DeliveryView['id']; isDisabled: boolean; isOnItsWay: boolean }

export function Resend({ org, deliveryId, isDisabled, isOnItsWay }: Props) {
  const t = useTranslations('developers.delivery')
  const again = useMutation({
    mutationFn: () => resendAction(org, { deliveryId }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('resent'))
    },
  })
  return (
    <div className="flex flex-col items-start gap-3">
      <Button
        icon={<RotateCw aria-hidden />}
        onClick={() => again.mutate()}
        pending={again.isPending}
        reason={isDisabled ? t('disabled') : isOnItsWay && t('onItsWay')}
        variant="primary"
      >
        {t('resend')}
      </Button>
      <WriteNotices write={again} />
    </div>
  )
}
