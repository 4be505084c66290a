'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { IconButton } from './icon-button'

/** An id or a key to take elsewhere. `label` says which: "invoice number". */
export function Copyable({ value, label }: { value: string; label: string }) {
  const t = useTranslations('ui')
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
    <span className="inline-flex max-w-full items-center gap-1 align-middle">
      <code dir="ltr" className="min-w-0 truncate font-mono text-[0.8125rem]">
        {value}
      </code>
      <IconButton
        className="size-6!"
        icon={state === 'copied' ? <Check aria-hidden className="size-3.5! text-ok-ink" /> : <Copy aria-hidden className="size-3.5!" />}
        label={t('copy', { label })}
        onBlur={() => setState('idle')}
        onClick={copy}
      />
      <span className={state === 'failed' ? 'text-danger-ink text-xs' : 'sr-only'} role="status">
        {state === 'copied' && t('copied')}
        {state === 'failed' && t('copyFailed')}
      </span>
    </span>
  )
}
