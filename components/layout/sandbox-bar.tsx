'use client'

import { ChevronDown, ChevronUp, FlaskConical } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { useStoredFlag } from './stored-flag'

type Props = {
  /** Stays in sight when the bar is folded: the clock. */
  summary?: ReactNode
  /** The controls. */
  children: ReactNode
}

/** The frame of the controls of simulated time and payments; stays at the foot of the window, and folds. */
export function SandboxBar({ summary, children }: Props) {
  const t = useTranslations('shell')
  const [folded, setFolded] = useStoredFlag('headroom.sandbox.folded')
  return (
    <section aria-label={t('sandbox')} className="sticky bottom-0 z-20 print:hidden border-line border-t bg-overlay shadow-popup">
      <div className="flex items-center gap-3 px-4 py-1.5 text-sm sm:px-6 lg:px-8">
        <FlaskConical aria-hidden className="size-4 shrink-0 text-accent-ink" />
        <span className="font-semibold">{t('sandbox')}</span>
        <span className="figures min-w-0 text-muted max-sm:text-xs">{summary}</span>
        <span className="ms-auto hidden text-muted text-xs md:inline">{t('sandboxHint')}</span>
        <IconButton
          aria-controls="sandbox-controls"
          aria-expanded={!folded}
          className="max-md:ms-auto"
          icon={folded ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />}
          label={folded ? t('sandboxShow') : t('sandboxHide')}
          onClick={() => setFolded(!folded)}
        />
      </div>
      <div className="max-h-[40dvh] overflow-auto border-line border-t px-4 py-3 max-sm:py-2 sm:px-6 lg:px-8" hidden={folded} id="sandbox-controls">
        {children}
      </div>
    </section>
  )
}
