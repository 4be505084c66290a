'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { Button } from '@/components/ui/button'

/** A secret that is shown once: whole, however long, to be read, selected or copied. */
export function SecretOnce({ label, value }: { label: string; value: string }) {
  const t = useTranslations('developers.secret')
  const id = useId()
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')

  async function copy() {
    try {
      await navigator.clipboard.writeText(value)
      setState('copied')
    } catch {
      setState('failed')
    }
  }

  return (
    <div className="flex flex-col gap-1.5">
      <span className="font-medium text-sm" id={id}>
        {label}
      </span>
      <div className="flex flex-wrap items-center gap-3 rounded-md border border-line bg-sunken px-3 py-2.5">
        <output aria-labelledby={id} className="wrap-anywhere min-w-40 flex-1 select-all font-mono text-sm">
          {value}
        </output>
        <Button icon={state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />} onClick={copy} size="sm">
          {state === 'copied' ? t('copied') : t('copy')}
        </Button>
      </div>
      <span className={state === 'failed' ? 'text-danger-ink text-sm' : 'sr-only'} role="status">
        {state === 'copied' && t('copied')}
        {state === 'failed' && t('failed')}
      </span>
    </div>
  )
}
