'use client'

import { Mail } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { TextField } from '@/components/ui/text-field'
import { OrLine } from './or-line'

export type Credentials = { email: string; password: string }

/** `retryAt` is an ISO 8601 instant. Any other code is worded as "not possible right now". */
/** `needsCode`: nobody is signed in yet, and the page for the code comes next. */
export type SignInAnswer = { ok: true; value?: { needsCode: boolean } | null } | { ok: false; error: { code: string; retryAt?: string } }

type Props = {
  /** A server action; it may redirect, and then never answers. */
  signIn: (credentials: Credentials) => Promise<SignInAnswer>
  /** Likewise: mails a link, good for `linkMinutes`. None where this installation sends no mail, or nobody gets in by one. */
  requestLink?: ((asked: { email: string; next: string }) => Promise<SignInAnswer>) | null
  linkMinutes?: number
  /** Where to go once in: an address of ours, already checked. */
  next: string
  /** Where the code is asked for, which leads there. */
  codePath: string
  /** Why one is here, where one did not come by oneself. */
  notice?: ReactNode
  /** Beside the form: the way to another password. */
  forgotten?: ReactNode
  /** Other ways in, one button each. */
  children?: ReactNode
}

type Press = 'password' | 'link'

export function SignInForm({ signIn, requestLink = null, linkMinutes = 0, next, codePath, notice, forgotten, children }: Props) {
  const t = useTranslations('auth.signIn')
  const e = useTranslations('entrance')
  const locale = useLocale()
  const form = useRef<HTMLFormElement>(null)
  const [pending, setPending] = useState<Press | null>(null)
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({})
  const [refusal, setRefusal] = useState<string | null>(null)
  const [askedFor, setAskedFor] = useState<string | null>(null)

  /** The first field that is not filled in gets the words and the focus. */
  function require(found: { email?: string; password?: string }): boolean {
    setMissing(found)
    setRefusal(null)
    const first = found.email ? 'email' : found.password ? 'password' : null
    if (first) form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
    return first === null
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const entered = readCredentials(event.currentTarget)
    const isComplete = require({
      ...(!entered.email.includes('@') && { email: t('emailMissing') }),
      ...(entered.password === '' && { password: t('passwordMissing') }),
    })
    if (!isComplete || pending) return
    setPending('password')
    const answer = await signIn(entered).catch((): SignInAnswer => ({ ok: false, error: { code: 'unavailable' } }))
    if (answer.ok) {
      window.location.assign(answer.value?.needsCode ? codePath : next) // A full load: nothing that was kept for nobody is shown to somebody.
      return
    }
    setPending(null)
    setRefusal(word(answer.error))
  }

  async function askForLink() {
    if (!requestLink || !form.current || pending) return
    const { email } = readCredentials(form.current)
    if (!require(email.includes('@') ? {} : { email: e('link.emailMissing') })) return
    setPending('link')
    const answer = await requestLink({ email, next }).catch((): SignInAnswer => ({ ok: false, error: { code: 'unavailable' } }))
    setPending(null)
    if (answer.ok) return setAskedFor(email)
    const { code, retryAt } = answer.error
    if (code === 'invalid_input') return void require({ email: e('link.emailMissing') })
    setRefusal(code === 'rate_limited' && retryAt ? e('link.rateLimited', { time: formatInstant(retryAt, locale) }) : e('link.unavailable'))
  }

  function word({ code, retryAt }: { code: string; retryAt?: string }): string {
    if (code === 'invalid_credentials') return t('invalidCredentials')
    if (code === 'rate_limited' && retryAt) return t('rateLimited', { time: formatInstant(retryAt, locale) })
    return t('unavailable')
  }

  if (askedFor !== null) {
    return (
      <div className="flex flex-col gap-5">
        <Notice live="status" title={e('link.askedTitle')}>
          {e('link.asked', { email: askedFor, minutes: String(linkMinutes) })}
        </Notice>
        <p className="text-muted text-sm">{e('link.askedNothing')}</p>
        <Button className="self-start" onClick={() => setAskedFor(null)}>
          {e('link.another')}
        </Button>
      </div>
    )
  }
  return (
    <div className="flex flex-col gap-6">
      {/* Before scripts have loaded the form would be sent as it is; `post` keeps the password out of the address. */}
      <form className="flex flex-col gap-5" method="post" noValidate onSubmit={submit} ref={form}>
        {refusal ? (
          <Notice live="alert" tone="danger">
            {refusal}
          </Notice>
        ) : (
          notice
        )}
        <TextField autoComplete="username" autoFocus error={missing.email} inputMode="email" label={t('email')} name="email" required type="email" />
        <div className="flex flex-col gap-2">
          <PasswordField autoComplete="current-password" error={missing.password} label={t('password')} name="password" required />
          {forgotten}
        </div>
        <Button pending={pending === 'password'} size="lg" type="submit" variant="primary">
          {t('submit')}
        </Button>
      </form>
      {(requestLink || children) && (
        <>
          <OrLine>{e('or')}</OrLine>
          <div className="flex flex-col gap-2.5">
            {requestLink && (
              <Button icon={<Mail aria-hidden />} onClick={askForLink} pending={pending === 'link'} size="lg">
                {e('link.ask')}
              </Button>
            )}
            {children}
          </div>
        </>
      )}
    </div>
  )
}

function readCredentials(form: HTMLFormElement): Credentials {
  const data = new FormData(form)
  return { email: String(data.get('email') ?? '').trim(), password: String(data.get('password') ?? '') }
}
