'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'

/** `retryAt` is an ISO 8601 instant. */
type Answer = { ok: true } | { ok: false; error: { code: string; retryAt?: string } }

type Props = {
  pass: (entered: { code: string }) => Promise<Answer>
  /** Where to go once in: an address of ours, already checked. */
  next: string
  /** Where the first step is, for whoever took too long. */
  again: string
}

/** The second step of signing in. */
export function SecondStepForm({ pass, next, again }: Props) {
  const t = useTranslations('secondStep.entrance')
  const locale = useLocale()
  const [pending, setPending] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const [refusal, setRefusal] = useState<string | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending) return
    const form = event.currentTarget
    const code = String(new FormData(form).get('code') ?? '').trim()
    setRefusal(null)
    setWrong(code === '' ? t('missing') : undefined)
    if (code === '') return focus(form)
    setPending(true)
    const answer = await pass({ code }).catch((): Answer => ({ ok: false, error: { code: 'unavailable' } }))
    if (answer.ok) return window.location.assign(next) // A full load: nothing that was kept for nobody is shown to somebody.
    if (answer.error.code === 'too_late') return window.location.assign(again)
    setPending(false)
    if (answer.error.code !== 'wrong_code') return setRefusal(word(answer.error))
    setWrong(t('wrong'))
    focus(form)
  }

  function focus(form: HTMLFormElement) {
    form.querySelector<HTMLInputElement>('[name=code]')?.select()
  }

  function word({ code, retryAt }: { code: string; retryAt?: string }): string {
    return code === 'rate_limited' && retryAt ? t('rateLimited', { time: formatInstant(retryAt, locale) }) : t('unavailable')
  }

  return (
    <form className="flex flex-col gap-5" method="post" noValidate onSubmit={submit}>
      {refusal && (
        <Notice live="alert" tone="danger">
          {refusal}
        </Notice>
      )}
      <TextField
        autoCapitalize="none"
        autoComplete="one-time-code"
        autoFocus
        dir="ltr"
        error={wrong}
        hint={t('hint')}
        label={t('code')}
        maxLength={100}
        name="code"
        required
        spellCheck={false}
      />
      <Button pending={pending} size="lg" type="submit" variant="primary">
        {t('submit')}
      </Button>
    </form>
  )
}
