'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { openDeskAction } from '@/app/actions/operator/entrance'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { deskPath, deskSecondStepPath } from './desk-routes'

type Props = { token: string; email: string; minimum: number; maximum: number }

/** Whoever came by the link chooses a password, and sits at the desk. */
export function OpenDeskForm({ token, email, minimum, maximum }: Props) {
  const t = useTranslations('deskShell.link')
  const u = useTranslations('ui')
  const [pending, setPending] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const [refusal, setRefusal] = useState<'closed' | 'unavailable' | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending) return
    const form = event.currentTarget
    const password = String(new FormData(form).get('password') ?? '')
    const found =
      password.length < minimum ? t('short', { minimum: String(minimum) }) : password.length > maximum ? t('long', { maximum: String(maximum) }) : undefined
    setWrong(found)
    if (found) return form.querySelector<HTMLInputElement>('[name=password]')?.focus()
    setPending(true)
    const answer = await openDeskAction({ token, password }).catch(() => null)
    if (answer?.ok) {
      const desk = deskPath('organizations')
      return window.location.assign(answer.value.needsCode ? deskSecondStepPath(desk) : desk)
    }
    setPending(false)
    if (answer?.error.code === 'common_password') {
      setWrong(u('commonPassword'))
      return form.querySelector<HTMLInputElement>('[name=password]')?.focus()
    }
    setRefusal(answer?.error.code === 'link_closed' ? 'closed' : 'unavailable')
  }

  return (
    <form className="flex flex-col gap-5" method="post" noValidate onSubmit={submit}>
      {refusal && (
        <Notice live="alert" tone="danger">
          {t(refusal)}
        </Notice>
      )}
      <input autoComplete="username" name="email" readOnly type="hidden" value={email} />
      <PasswordField
        autoComplete="new-password"
        autoFocus
        error={wrong}
        hint={t('hint', { minimum: String(minimum) })}
        label={t('password')}
        name="password"
        required
      />
      <Button pending={pending} size="lg" type="submit" variant="primary">
        {t('submit')}
      </Button>
    </form>
  )
}
