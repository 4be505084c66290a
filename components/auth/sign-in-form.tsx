'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { TextField } from '@/components/ui/text-field'

export type Credentials = { email: string; password: string }

/** `retryAt` is an ISO 8601 instant. Any other code is worded as "not possible right now". */
export type SignInAnswer = { ok: true } | { ok: false; error: { code: string; retryAt?: string } }

type Props = {
  /** A server action; it may redirect, and then never answers. */
  signIn: (credentials: Credentials) => Promise<SignInAnswer>
  /** Where to go once in: an address of ours, already checked. */
  next: string
  /** Why one is here, where one did not come by oneself. */
  reason?: 'ended' | 'signed_out' | undefined
}

export function SignInForm({ signIn, next, reason }: Props) {
  const t = useTranslations('auth.signIn')
  const locale = useLocale()
  const [pending, setPending] = useState(false)
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({})
  const [refusal, setRefusal] = useState<string | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const entered = readCredentials(form)
    const found = {
      ...(!entered.email.includes('@') && { email: t('emailMissing') }),
      ...(entered.password === '' && { password: t('passwordMissing') }),
    }
    setMissing(found)
    setRefusal(null)
    const first = found.email ? 'email' : found.password ? 'password' : null
    if (first) {
      form.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
      return
    }
    setPending(true)
    const answer = await signIn(entered).catch((): SignInAnswer => ({ ok: false, error: { code: 'unavailable' } }))
    if (answer.ok) {
      window.location.assign(next) // A full load: nothing that was kept for nobody is shown to somebody.
      return
    }
    setPending(false)
    setRefusal(word(answer.error))
  }

  function word({ code, retryAt }: { code: string; retryAt?: string }): string {
    if (code === 'invalid_credentials') return t('invalidCredentials')
    if (code === 'rate_limited' && retryAt) return t('rateLimited', { time: formatInstant(retryAt, locale) })
    return t('unavailable')
  }

  return (
    // Before scripts have loaded the form would be sent as it is; `post` keeps the password out of the address.
    <form className="flex flex-col gap-5" method="post" noValidate onSubmit={submit}>
      {refusal ? (
        <Notice live="alert" tone="danger">
          {refusal}
        </Notice>
      ) : (
        reason && <Notice>{t(reason === 'ended' ? 'sessionEnded' : 'signedOut')}</Notice>
      )}
      <TextField autoComplete="username" autoFocus error={missing.email} inputMode="email" label={t('email')} name="email" required type="email" />
      <PasswordField autoComplete="current-password" error={missing.password} label={t('password')} name="password" required />
      <Button className="mt-1" pending={pending} size="lg" type="submit" variant="primary">
        {t('submit')}
      </Button>
    </form>
  )
}

function readCredentials(form: HTMLFormElement): Credentials {
  const data = new FormData(form)
  return { email: String(data.get('email') ?? '').trim(), password: String(data.get('password') ?? '') }
}
