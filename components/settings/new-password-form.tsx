'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { resetPasswordAction } from '@/app/actions/account'
import { homePath, secondStepPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { ClosedLink } from './closed-link'

type Props = { token: string; minimum: number; maximum: number }

/** The last step of a forgotten password: whoever came by the link chooses another, and is in. */
export function NewPasswordForm({ token, minimum, maximum }: Props) {
  const t = useTranslations('auth.password')
  const u = useTranslations('ui')
  const [pending, setPending] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const [refusal, setRefusal] = useState<'reset_closed' | 'unavailable' | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending) return
    const form = event.currentTarget
    const newPassword = String(new FormData(form).get('newPassword') ?? '')
    const { length } = newPassword
    const found =
      length < minimum ? t('short', { count: length, minimum: String(minimum) }) : length > maximum ? t('long', { maximum: String(maximum) }) : undefined
    setWrong(found)
    if (found) return form.querySelector<HTMLInputElement>('[name=newPassword]')?.focus()
    setPending(true)
    const answer = await resetPasswordAction({ token, newPassword }).catch(() => null)
    if (answer?.ok) return window.location.assign(answer.value.needsCode ? secondStepPath(homePath) : homePath) // A full load: nothing that was kept for nobody is shown to somebody.
    setPending(false)
    if (answer?.error.code === 'common_password') {
      setWrong(u('commonPassword'))
      return form.querySelector<HTMLInputElement>('[name=newPassword]')?.focus()
    }
    setRefusal(answer?.error.code === 'reset_closed' ? 'reset_closed' : 'unavailable')
  }

  if (refusal === 'reset_closed') return <ClosedLink />
  return (
    <form className="flex flex-col gap-5" method="post" noValidate onSubmit={submit}>
      {refusal && (
        <Notice live="alert" tone="danger">
          {t('unavailable')}
        </Notice>
      )}
      <PasswordField
        autoComplete="new-password"
        autoFocus
        error={wrong}
        hint={t('chosenHint', { minimum: String(minimum) })}
        label={t('chosen')}
        name="newPassword"
        required
      />
      <Button pending={pending} size="lg" type="submit" variant="primary">
        {t('choose')}
      </Button>
    </form>
  )
}
