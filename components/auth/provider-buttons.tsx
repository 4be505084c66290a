'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { ProviderMark } from './provider-mark'

type Props = {
  providers: readonly { id: string; name: string }[]
  /** Where to go once in: an address of ours, already checked. */
  next: string
}

/** One for each identity provider that is configured. */
export function ProviderButtons({ providers, next }: Props) {
  const t = useTranslations('entrance.provider')
  const [pending, setPending] = useState<string | null>(null)
  const [failed, setFailed] = useState<string | null>(null)

  async function leave(id: string) {
    setPending(id)
    setFailed(null)
    try {
      // Loaded at the press: it is of use only to whoever goes this way. It leads the browser on, so nothing follows.
      const { signIn } = await import('next-auth/react')
      await signIn(id, { callbackUrl: next })
    } catch {
      setPending(null)
      setFailed(id)
    }
  }

  return providers.map(({ id, name }) => (
    <div className="flex flex-col gap-2.5" key={id}>
      <Button icon={<ProviderMark id={id} />} onClick={() => leave(id)} pending={pending === id} size="lg">
        {t('button', { provider: name })}
      </Button>
      {failed === id && (
        <Notice live="alert" tone="danger">
          {t('failed', { provider: name })}
        </Notice>
      )}
    </div>
  ))
}
