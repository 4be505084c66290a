'use client'

import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import clsx from 'clsx'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { dialogStyle } from './dialog-style'
import { IconButton } from './icon-button'

type DialogProps = {
  children: ReactNode
  open?: boolean | undefined
  onOpenChange: (open: boolean) => void
  /** While a payment is on its way: neither Escape, nor a press beside it, nor the cross closes the dialog. */
  locked?: boolean | undefined
}

/**
 * Mount it only while it is open (`{open && <ChangePlanDialog … />}`), so that its state lives for one attempt. Focus goes in when it mounts
 * and back to where it was when it goes.
 */
export function Dialog({ children, open = true, onOpenChange, locked = false }: DialogProps) {
  return (
    <BaseDialog.Root
      disablePointerDismissal={locked}
      onOpenChange={(next, details) => {
        if (locked && !next) details.cancel()
        else onOpenChange(next)
      }}
      open={open}
    >
      {children}
    </BaseDialog.Root>
  )
}

const WIDTHS = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-3xl' }

type ContentProps = {
  children: ReactNode
  size?: keyof typeof WIDTHS
  /** The field to begin with. Without one the sheet itself takes the focus, so that its title is read first. */
  initialFocus?: RefObject<HTMLElement | null> | undefined
}

/** The sheet: at the foot of a phone, in the middle of anything larger. The page behind does not scroll; the sheet does. */
export function DialogContent({ children, size = 'md', initialFocus }: ContentProps) {
  const t = useTranslations('ui')
  const sheet = useRef<HTMLDivElement>(null)
  return (
    <BaseDialog.Portal>
      <BaseDialog.Backdrop className={dialogStyle.backdrop} />
      <BaseDialog.Viewport className={dialogStyle.viewport}>
        <BaseDialog.Popup className={clsx(dialogStyle.sheet, WIDTHS[size])} initialFocus={initialFocus ?? sheet} ref={sheet}>
          {children}
          <BaseDialog.Close className="absolute end-3 top-3" render={<IconButton icon={<X aria-hidden />} label={t('close')} />} />
        </BaseDialog.Popup>
      </BaseDialog.Viewport>
    </BaseDialog.Portal>
  )
}

export function DialogHeader({ children }: { children: ReactNode }) {
  return <header className="flex flex-col gap-1 px-5 pt-5 pe-14 sm:px-6 sm:pt-6">{children}</header>
}

export function DialogTitle({ children }: { children: ReactNode }) {
  return <BaseDialog.Title className="font-semibold text-base tracking-tight">{children}</BaseDialog.Title>
}

export function DialogDescription({ children }: { children: ReactNode }) {
  return <BaseDialog.Description className="text-muted text-sm">{children}</BaseDialog.Description>
}

/** What is said after a press comes into sight, above the footer: on a phone the answer may stand where nobody looks. */
export function DialogBody({ children }: { children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const watch = new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes])
      const alert = added.find((node): node is HTMLElement => node instanceof HTMLElement && node.getAttribute('role') === 'alert')
      alert?.scrollIntoView({ block: 'nearest' })
    })
    if (body.current) watch.observe(body.current, { childList: true, subtree: true })
    return () => watch.disconnect()
  }, [])
  return (
    <div className="flex flex-col gap-5 px-5 py-5 sm:px-6 [&_[role=alert]]:scroll-mb-44 sm:[&_[role=alert]]:scroll-mb-24" ref={body}>
      {children}
    </div>
  )
}

/** The way on stands last, at the end of the line; on a phone the buttons are as wide as the sheet. Stays in sight while the sheet scrolls. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return <footer className={dialogStyle.footer}>{children}</footer>
}
