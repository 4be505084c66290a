'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { openPortalAction } from '@/app/actions/account'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

/** The press that changes who is signed in. */
export function PortalForm({ token, other }: { token: string; other: string }) {
  const t = useTranslations('entrance.portal')
  const [pending, setPending] = useState(false)
  const [failed, setFailed] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setPending(true)
    setFailed(false)
    const answer = await openPortalAction({ token }).catch(() => null)
    if (answer?.ok) return window.location.assign(answer.value.path)
    if (answer) return window.location.reload() // It has ended meanwhile, which this page then says.
    setPending(false)
    setFailed(true)
  }

  return (
    <form className="flex flex-col gap-5" method="post" onSubmit={submit}>
      {failed && (
        <Notice live="alert" tone="danger">
          {t('failed')}
        </Notice>
      )}
      <Button pending={pending} size="lg" type="submit" variant="primary">
        {t('confirm', { other })}
      </Button>
    </form>
  )
}
