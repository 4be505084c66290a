import clsx from 'clsx'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Tone } from './tone'
import { ToneIcon } from './tone-icon'

type Props = {
  tone?: Exclude<Tone, 'neutral'>
  title?: ReactNode
  children?: ReactNode
  /** The one thing to do about it. */
  action?: ReactNode
  /** `alert` speaks at once (a refusal after a press), `status` when it is quiet (something was saved); none where it was there when the page opened. */
  live?: 'alert' | 'status' | undefined
}

const TONES = {
  ok: 'border-ok-line bg-ok-soft',
  info: 'border-info-line bg-info-soft',
  warning: 'border-warning-line bg-warning-soft',
  danger: 'border-danger-line bg-danger-soft',
}

/** What happened, what it means, what to do. Used for refusals in dialogs and for banners. */
export function Notice({ tone = 'info', title, children, action, live }: Props) {
  const t = useTranslations('ui')
  return (
    <div className={clsx('@container w-full rounded-lg border text-sm', TONES[tone])} role={live}>
      <div className="flex @lg:flex-row flex-col @lg:items-center gap-x-4 gap-y-3 px-4 py-3">
        <div className="flex min-w-0 flex-1 gap-3">
          <ToneIcon className="mt-[3px] size-4" tone={tone} />
          <div className="flex min-w-0 flex-1 flex-col gap-0.5">
            <span className="sr-only">{t(`tone.${tone}`)}: </span>
            {title && <p className="font-semibold">{title}</p>}
            {children && <div>{children}</div>}
          </div>
        </div>
        {action && <div className="flex empty:hidden @lg:ps-0 ps-7 shrink-0 flex-wrap gap-2">{action}</div>}
      </div>
    </div>
  )
}
