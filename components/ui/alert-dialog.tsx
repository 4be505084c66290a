'use client'

import { AlertDialog as BaseAlertDialog } from '@base-ui/react/alert-dialog'
import clsx from 'clsx'
import { useTranslations } from 'next-intl'
import { type ReactNode, useRef } from 'react'
import { Button } from './button'
import { dialogStyle } from './dialog-style'

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
        <BaseAlertDialog.Backdrop className={dialogStyle.backdrop} />
        <BaseAlertDialog.Viewport className={dialogStyle.viewport}>
          <BaseAlertDialog.Popup className={clsx(dialogStyle.sheet, 'sm:max-w-md')} initialFocus={keepButton}>
            <div className="flex flex-col gap-2 px-5 py-5 sm:px-6 sm:pt-6">
              <BaseAlertDialog.Title className="font-semibold text-base tracking-tight">{title}</BaseAlertDialog.Title>
              <BaseAlertDialog.Description className="text-muted text-sm" render={<div />}>
                {description}
              </BaseAlertDialog.Description>
              {children}
            </div>
            <footer className={dialogStyle.footer}>
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
