'use client'

import { useLocale, useTranslations } from 'next-intl'
import { Toaster } from 'sonner'
import { directionOf } from '@/lib/locale'

/** Unstyled by the library, so that it wears the page's own colours in both themes. */
export function SonnerToaster() {
  const t = useTranslations('ui')
  return (
    <Toaster
      closeButton={false}
      containerAriaLabel={t('notifications')}
      dir={directionOf(useLocale())}
      // Below the header: at the foot of the window are the sandbox's controls and, on a phone, the thumb.
      mobileOffset={{ top: 68 }}
      offset={{ top: 68 }}
      position="top-center"
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: 'font-sans! flex w-full items-center rounded-lg border border-line bg-overlay px-4 py-3 text-ink text-sm shadow-popup',
          title: 'font-medium',
        },
      }}
    />
  )
}
