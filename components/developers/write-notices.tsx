'use client'

import { useTranslations } from 'next-intl'
import { Notice } from '@/components/ui/notice'
import { type DevelopersRefusal, wordDevelopersRefusal } from './refusals'

type Write = { data?: { ok: true } | { ok: false; error: DevelopersRefusal } | undefined; isError: boolean }

/** Why a press did nothing, where it was pressed. */
export function WriteNotices({ write }: { write: Write }) {
  const t = useTranslations('developers')
  if (write.data?.ok === false) {
    return (
      <Notice live="alert" tone="warning">
        {wordDevelopersRefusal(t, write.data.error)}
      </Notice>
    )
  }
  if (!write.isError) return null
  return (
    <Notice live="alert" tone="danger">
      {t('fault')}
    </Notice>
  )
}
