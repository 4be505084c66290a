'use client'

import { useMutation } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useRef, useState } from 'react'
import { changePasswordAction } from '@/app/actions/account'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'

type Props = { email: string; minimum: number; maximum: number }

type Passwords = { currentPassword: string; newPassword: string }

/** The present password is asked for too: an unlocked computer is not enough to take an account over. */
export function ChangePassword({ email, minimum, maximum }: Props) {
  const t = useTranslations('settings')
  const u = useTranslations('ui')
  const locale = useLocale()
  const form = useRef<HTMLFormElement>(null)
  const [wrong, setWrong] = useState<Partial<Passwords>>({})
  const change = useMutation({
    mutationFn: (passwords: Passwords) => changePasswordAction(passwords),
    onSuccess: (result) => {
      if (result.ok) form.current?.reset()
      else if (result.error.code === 'invalid_credentials') focus('currentPassword')
      else if (result.error.code === 'common_password') focus('newPassword')
    },
  })
  const refusal = change.data?.ok === false ? change.data.error : null

  function focus(name: keyof Passwords) {
    form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus()
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (change.isPending) return
    const data = new FormData(event.currentTarget)
    const entered = { currentPassword: String(data.get('currentPassword') ?? ''), newPassword: String(data.get('newPassword') ?? '') }
    const found = {
      ...(entered.currentPassword === '' && { currentPassword: t('currentMissing') }),
      ...(entered.newPassword.length < minimum && { newPassword: t('short', { count: entered.newPassword.length, minimum: String(minimum) }) }),
      ...(entered.newPassword.length > maximum && { newPassword: t('long', { maximum: String(maximum) }) }),
    }
    setWrong(found)
    change.reset()
    const [first] = Object.keys(found) as (keyof Passwords)[]
    if (first) focus(first)
    else change.mutate(entered)
  }

  function words(): string | null {
    if (change.isError) return t('fault')
    if (!refusal || refusal.code === 'invalid_credentials' || refusal.code === 'common_password') return null
    if (refusal.code === 'rate_limited') return t('rateLimited', { time: formatInstant(refusal.retryAt, locale) })
    return refusal.code === 'signed_out' ? t('signedOut') : t('otherRefusal')
  }

  const problem = words()
  return (
    <form className="flex max-w-md flex-col gap-5" method="post" noValidate onSubmit={submit} ref={form}>
      {/* For password managers, which keep passwords by the name that one signs in with. */}
      <input autoComplete="username" hidden name="username" readOnly type="email" value={email} />
      {problem && (
        <Notice live="alert" tone="danger">
          {problem}
        </Notice>
      )}
      {change.data?.ok && (
        <Notice live="status" tone="ok">
          {t('changed')}
        </Notice>
      )}
      <PasswordField
        autoComplete="current-password"
        error={wrong.currentPassword ?? (refusal?.code === 'invalid_credentials' ? t('currentWrong') : undefined)}
        label={t('current')}
        name="currentPassword"
        required
      />
      <PasswordField
        autoComplete="new-password"
        error={wrong.newPassword ?? (refusal?.code === 'common_password' ? u('commonPassword') : undefined)}
        hint={t('chosenHint', { minimum: String(minimum) })}
        label={t('chosen')}
        name="newPassword"
        required
      />
      <div>
        <Button pending={change.isPending} type="submit">
          {t('change')}
        </Button>
      </div>
    </form>
  )
}
