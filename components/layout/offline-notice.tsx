'use client'

import { useTranslations } from 'next-intl'
import { useSyncExternalStore } from 'react'
import { Notice } from '@/components/ui/notice'

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

/** Says that the network is gone, wherever one has scrolled to, and takes it back when it is there again. */
export function OfflineNotice() {
  const t = useTranslations('shell.offline')
  const isOnline = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  )
  return (
    <div className="sticky top-14 z-10 mx-auto w-full max-w-[76rem] px-4 not-empty:pt-4 sm:px-6 lg:px-8 print:hidden" role="status">
      {!isOnline && (
        <Notice title={t('title')} tone="warning">
          {t('body')}
        </Notice>
      )}
    </div>
  )
}
