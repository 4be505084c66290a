'use client'

import { useMutation } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { closeOrganizationAction } from '@/app/actions/organization'
import { homePath } from '@/components/layout/routes'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import { TakeDataAlong } from './take-data-along'

type Props = { org: string; name: string /** After how many what is personal is gone. */; eraseDays: number; onClose: () => void }

/** Asks for the name, because nothing brings it back. */
export function CloseDialog({ org, name, eraseDays, onClose }: Props) {
  const t = useTranslations('settings')
  const locale = useLocale()
  const [typed, setTyped] = useState('')
  const close = useMutation({
    mutationFn: () => closeOrganizationAction(org, { name: typed }),
    onSuccess: (result) => {
      if (result.ok) window.location.assign(homePath)
    },
  })
  const refusal = close.data?.ok === false ? close.data.error : null

  function words(): string | null {
    if (close.isError) return t('fault')
    switch (refusal?.code) {
      case undefined:
      case 'name_differs':
        return null
      case 'subscription_active':
        return t('closePaid', { plan: refusal.planName, until: formatDate(refusal.periodEnd, locale) })
      case 'invoices_open':
        return t('closeOpenInvoices')
      case 'usage_unbilled':
        return t('closeUnbilled', { at: formatDate(refusal.billedAt, locale) })
      case 'change_in_progress':
        return t('closeWaiting')
      case 'forbidden':
        return t('closeOwners')
      case 'signed_out':
        return t('signedOut')
      default:
        return t('otherRefusal')
    }
  }

  const problem = words()
  return (
    <AlertDialog
      confirm={t('closeConfirm')}
      description={
        <div className="flex flex-col gap-2">
          <p>{t('closeBody')}</p>
          <p>{t('closeErased', { days: eraseDays })}</p>
          <p>{t('closeKept')}</p>
        </div>
      }
      keep={t('closeKeep')}
      onClose={onClose}
      onConfirm={() => close.mutate()}
      pending={close.isPending || close.data?.ok === true}
      title={t('closeTitle', { organization: name })}
    >
      <div className="flex flex-col gap-4 pt-3">
        <TakeDataAlong org={org}>{t('closeDownload')}</TakeDataAlong>
        {problem && (
          <Notice live="alert" tone="warning">
            {problem}
          </Notice>
        )}
        <TextField
          autoComplete="off"
          error={refusal?.code === 'name_differs' ? t('closeNameDiffers') : undefined}
          label={t('closeName', { organization: name })}
          maxLength={500}
          onChange={(event) => setTyped(event.target.value)}
          spellCheck={false}
          value={typed}
        />
      </div>
    </AlertDialog>
  )
}
