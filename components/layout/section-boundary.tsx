'use client'

import { catchError } from 'next/error'
import { useTranslations } from 'next-intl'
import { type ReactNode, Suspense } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

type Props = {
  /** As its heading says: "Invoices". */
  section: string
  /** Keeps its place while it loads: skeletons of its size. */
  skeleton: ReactNode
  children: ReactNode
}

/** A part of a page that loads, fails and is tried again by itself, while the rest stays. */
export function SectionBoundary({ section, skeleton, children }: Props) {
  return (
    <CaughtSection section={section}>
      <Suspense fallback={skeleton}>{children}</Suspense>
    </CaughtSection>
  )
}

const CaughtSection = catchError(({ section }: { section: string }, { retry }) => <FailedSection retry={retry} section={section} />)

function FailedSection({ section, retry }: { section: string; retry: () => void }) {
  const t = useTranslations('errors')
  return (
    <Notice
      action={
        <Button onClick={retry} size="sm">
          {t('retry')}
        </Button>
      }
      live="alert"
      title={t('sectionTitle', { section })}
      tone="danger"
    >
      {t('sectionBody')}
    </Notice>
  )
}
