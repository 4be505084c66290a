'use client'

import { AlertDialog as BaseAlertDialog } from '@base-ui/react/alert-dialog'
import { useTranslations } from 'next-intl'
import { type ReactNode, useRef } from 'react'
import { Button } from './button'

type Props = {
  title: ReactNode
  /** What happens, to what, and whether it can be undone. */
  description: ReactNode
  children?: ReactNode
  confirm: ReactNode
  confirmVariant?: 'primary' | 'danger' | undefined
  confirmReason?: ReactNode
  /** Names what stays as it is ("Keep plan"), since "Cancel" beside "Cancel plan" is a riddle. */
  keep?: ReactNode
  pending?: boolean | undefined
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that is hard to undo. Mount it only while open. Focus starts on the harmless answer. */
export function AlertDialog({
  title,
  description,
  children,
  confirm,
  confirmVariant = 'danger',
  confirmReason,
  keep,
  pending = false,
  onConfirm,
  onClose,
}: Props) {
  const t = useTranslations('ui')
  const keepButton = useRef<HTMLButtonElement>(null)
  return (
    <BaseAlertDialog.Root
      onOpenChange={(open, details) => {
        if (open) return
        if (pending) details.cancel()
        else onClose()
      }}
      open
    >
      <BaseAlertDialog.Portal>
        <BaseAlertDialog.Backdrop className="fixed inset-0 bg-backdrop" />
        <BaseAlertDialog.Viewport className="fixed inset-0 grid items-end overflow-y-auto pt-10 sm:items-center sm:justify-items-center sm:p-6">
          <BaseAlertDialog.Popup
            className="flex w-full min-w-0 flex-col rounded-t-xl border border-line bg-overlay shadow-dialog outline-none sm:max-w-md sm:rounded-xl"
            initialFocus={keepButton}
          >
            <div className="flex flex-col gap-2 px-5 py-5 sm:px-6 sm:pt-6">
              <BaseAlertDialog.Title className="font-semibold text-base tracking-tight">{title}</BaseAlertDialog.Title>
              <BaseAlertDialog.Description className="text-muted text-sm" render={<div />}>
                {description}
              </BaseAlertDialog.Description>
              {children}
            </div>
            <footer className="sticky bottom-0 flex flex-col-reverse flex-wrap gap-2 border-line border-t bg-overlay px-5 py-4 sm:flex-row sm:justify-end sm:rounded-b-xl sm:px-6">
              <Button onClick={onClose} ref={keepButton}>
                {keep ?? t('cancel')}
              </Button>
              <Button onClick={onConfirm} pending={pending} reason={confirmReason} variant={confirmVariant}>
                {confirm}
              </Button>
            </footer>
          </BaseAlertDialog.Popup>
        </BaseAlertDialog.Viewport>
      </BaseAlertDialog.Portal>
    </BaseAlertDialog.Root>
  )
}
