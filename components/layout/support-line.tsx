'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { TextLink } from '@/components/ui/text-link'
import { useBrand } from './brand-context'

/** Where a person is found: quietly below a page, or where one is stuck. Nothing where the operator has named no place. */
export function SupportLine({ stuck = false }: { stuck?: boolean }) {
  const t = useTranslations('shell')
  const { support, supportHref } = useBrand()
  if (!support || !supportHref) return null
  const link = (words: ReactNode) => (
    <TextLink className="break-words" document={supportHref}>
      {words}
    </TextLink>
  )
  return <span>{t.rich(stuck ? 'supportStuck' : 'support', { address: support, link })}</span>
}
