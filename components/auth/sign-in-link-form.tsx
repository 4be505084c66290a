'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { signInWithLinkAction } from '@/app/actions/account'
import { secondStepPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

/** The press that uses a mailed link up. */
export function SignInLinkForm({ token, next }: { token: string; next: string }) {
  const t = useTranslations('entrance.link')
  const [pending, setPending] = useState(false)
  const [failed, setFailed] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setPending(true)
    setFailed(false)
    const answer = await signInWithLinkAction({ token }).catch(() => null)
    // A full load: nothing that was kept for nobody is shown to somebody; and of a link that ended meanwhile this page says so.
    if (answer?.ok) return window.location.assign(answer.value.needsCode ? secondStepPath(next) : next)
    if (answer) return window.location.reload()
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
      <Button autoFocus pending={pending} size="lg" type="submit" variant="primary">
        {t('submit')}
      </Button>
    </form>
  )
}
