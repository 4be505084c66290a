'use client'

import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { Wordmark } from './wordmark'

/** The sidebar of a narrow screen. Mounted while open; `NavigationToggle` loads it at the first press. */
export function NavigationDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const t = useTranslations('shell')
  return (
    <Dialog.Root onOpenChange={(open) => !open && onClose()} open>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-backdrop transition-opacity duration-150 data-starting-style:opacity-0" />
        <Dialog.Popup className="fixed inset-y-0 start-0 flex w-72 max-w-[calc(100vw-3rem)] flex-col gap-4 overflow-y-auto border-line border-e bg-canvas p-3 shadow-dialog outline-none">
          <div className="flex min-h-8 items-center justify-between ps-2">
            <Wordmark />
            <Dialog.Close render={<IconButton icon={<X aria-hidden />} label={t('closeNavigation')} />} />
          </div>
          <Dialog.Title className="sr-only">{t('navigation')}</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
