'use client'

import { Popover as BasePopover } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'

/** An aside that opens by a press: how a figure was reached, what a word means. */
export function Popover({ trigger, title, children }: { trigger: ReactElement; title: ReactNode; children: ReactNode }) {
  return (
    <BasePopover.Root>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal>
        <BasePopover.Positioner align="start" className="outline-none" collisionPadding={8} sideOffset={6}>
          <BasePopover.Popup className="max-h-(--available-height) w-80 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-lg border border-line bg-overlay p-4 text-sm shadow-popup outline-none">
            <BasePopover.Title className="mb-1 font-semibold text-sm">{title}</BasePopover.Title>
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  )
}
