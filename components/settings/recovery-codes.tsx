'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

/** Shown this once. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const t = useTranslations('secondStep')
  return (
    <div className="flex flex-col gap-4">
      <Notice live="status" title={t('keepTitle')} tone="ok">
        {t('keep')}
      </Notice>
      <ul aria-label={t('codes')} className="grid gap-x-6 gap-y-1 font-mono text-sm sm:grid-cols-2" dir="ltr">
        {codes.map((code) => (
          <li className="break-all" key={code}>
            {code}
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={onKept}>{t('kept')}</Button>
      </div>
    </div>
  )
}
