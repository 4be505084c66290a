'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { requestPasswordResetAction } from '@/app/actions/account'
import { signInPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import { TextLink } from '@/components/ui/text-link'

type Step = { at: 'asking'; wrong?: string; refusal?: string } | { at: 'sending' } | { at: 'asked'; email: string }

/** Asks for the link, and says the same whether the address has an account. */
export function ForgottenPasswordForm() {
  const t = useTranslations('auth.password')
  const locale = useLocale()
  const [step, setStep] = useState<Step>({ at: 'asking' })

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (step.at === 'sending') return
    const form = event.currentTarget
    const email = String(new FormData(form).get('email') ?? '').trim()
    setStep({ at: 'sending' })
    const answer = await requestPasswordResetAction({ email }).catch(() => null)
    if (answer?.ok) return setStep({ at: 'asked', email })
    if (answer?.error.code === 'invalid_input') {
      form.querySelector<HTMLInputElement>('[name=email]')?.focus()
      return setStep({ at: 'asking', wrong: t('emailMissing') })
    }
    const held = answer?.error.code === 'rate_limited' ? answer.error.retryAt : null
    setStep({ at: 'asking', refusal: held ? t('rateLimited', { time: formatInstant(held, locale) }) : t('unavailable') })
  }

  if (step.at === 'asked') {
    return (
      <div className="flex flex-col gap-5">
        <Notice live="status" title={t('askedTitle')}>
          {t('asked', { email: step.email })}
        </Notice>
        <p className="text-muted text-sm">{t('askedNothing')}</p>
        <p className="text-sm">
          <TextLink href={signInPath}>{t('back')}</TextLink>
        </p>
      </div>
    )
  }
  return (
    <form className="flex flex-col gap-5" method="post" noValidate onSubmit={submit}>
      {step.at === 'asking' && step.refusal && (
        <Notice live="alert" tone="danger">
          {step.refusal}
        </Notice>
      )}
      <TextField
        autoComplete="username"
        autoFocus
        error={step.at === 'asking' ? step.wrong : undefined}
        inputMode="email"
        label={t('email')}
        maxLength={320}
        name="email"
        required
        type="email"
      />
      <Button pending={step.at === 'sending'} size="lg" type="submit" variant="primary">
        {t('ask')}
      </Button>
      <p className="text-sm">
        <TextLink href={signInPath}>{t('back')}</TextLink>
      </p>
    </form>
  )
}
