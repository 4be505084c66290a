'use client'

import { useMutation } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { revokeKeyAction } from '@/app/actions/developers'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { OrganizationKeyView } from '@/lib/auth/organization-keys'
import { wordDevelopersRefusal } from './refusals'

type Props = { org: string; apiKey: OrganizationKeyView; onClose: () => void }

/** Says when the key was last used, because that is what one wants to know before its programs are refused. */
export function RevokeKeyDialog({ org, apiKey, onClose }: Props) {
  const t = useTranslations('developers')
  const locale = useLocale()
  const { name, lastUsedAt } = apiKey
  const revoke = useMutation({
    mutationFn: () => revokeKeyAction(org, { keyId: apiKey.id }),
    onSuccess: (result) => {
      if (!result.ok) return
      void showToast(t('revokeKey.done', { name }))
      onClose()
    },
  })
  const refusal = revoke.data?.ok === false ? revoke.data.error : null
  return (
    <AlertDialog
      confirm={t('revokeKey.confirm')}
      description={
        <>
          {t('revokeKey.body')} {lastUsedAt ? t('revokeKey.lastUsed', { at: formatInstant(lastUsedAt, locale) }) : t('revokeKey.neverUsed')}
        </>
      }
      keep={t('revokeKey.keep')}
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      title={t('revokeKey.title', { name })}
    >
      {refusal && (
        <Notice live="alert" tone="warning">
          {wordDevelopersRefusal(t, refusal)}
        </Notice>
      )}
      {revoke.isError && (
        <Notice live="alert" tone="danger">
          {t('fault')}
        </Notice>
      )}
    </AlertDialog>
  )
}
