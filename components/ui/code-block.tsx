'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { IconButton } from './icon-button'

/** Lines to run or to paste, under what they do. `label` says what is copied: "curl command". */
export function CodeBlock({ title, code, label }: { title: string; code: string; label: string }) {
  const t = useTranslations('ui')
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')

  async function copy() {
    try {
      await navigator.clipboard.writeText(code)
      setState('copied')
    } catch {
      setState('failed')
    }
  }

  return (
    <figure className="min-w-0 overflow-hidden rounded-md border border-line">
      <figcaption className="flex items-center justify-between gap-3 border-line border-b py-1 ps-4 pe-1.5 text-sm">
        <span className="font-medium">{title}</span>
        <IconButton
          icon={state === 'copied' ? <Check aria-hidden className="text-ok-ink" /> : <Copy aria-hidden />}
          label={t('copy', { label })}
          onBlur={() => setState('idle')}
          onClick={copy}
        />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, so the keyboard must be able to reach them. */}
      <pre className="-outline-offset-2 overflow-x-auto bg-sunken px-4 py-3 font-mono text-[0.8125rem] leading-5" dir="ltr" tabIndex={0}>
        <code>{code}</code>
      </pre>
      <span className={state === 'failed' ? 'block px-4 py-2 text-danger-ink text-xs' : 'sr-only'} role="status">
        {state === 'copied' && t('copied')}
        {state === 'failed' && t('copyFailed')}
      </span>
    </figure>
  )
}
