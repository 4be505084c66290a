'use client'

import type { AuthenticationResponseJSON } from '@simplewebauthn/browser'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { type Answer, type AskPasskey, askDevice, type Refused } from '@/components/auth/ask-device'
import { wordPasskeyRefusal } from '@/components/auth/word-passkey'
import { Button } from '@/components/ui/button'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { TextField } from '@/components/ui/text-field'

export type { Answer, AskPasskey }

/** By both steps, or by a passkey, which is both. */
export type Proof = { code: string; password: string; passkey?: AuthenticationResponseJSON }

type Props = {
  email: string
  submit: string
  send: (proof: Proof) => Promise<{ ok: true } | Refused>
  onCancel: () => void
  /** Null: they have none, so the password counts. */
  askPasskey: AskPasskey | null
  /** Whether there is a code to give: not while signing in takes one step. */
  needsCode?: boolean
  /** The code is the one of an app that is being set up, which proves nothing of whoever holds it; a passkey does, where there is one. */
  isOfNewApp?: boolean
  /** Of the fields in `children`: whether they are filled in. It words and focuses the first that is not. */
  isComplete?: (form: HTMLFormElement) => boolean
  children?: ReactNode
}

type Wrong = { code?: string; password?: string }

/** Who one is, shown again before the way in is changed. */
export function ProofForm({ email, submit, send, onCancel, askPasskey, needsCode = true, isOfNewApp = false, isComplete = () => true, children }: Props) {
  const t = useTranslations('secondStep')
  const p = useTranslations('passkeys')
  const locale = useLocale()
  const form = useRef<HTMLFormElement>(null)
  const [pending, setPending] = useState<'password' | 'passkey' | null>(null)
  const [wrong, setWrong] = useState<Wrong>({})
  const [refusal, setRefusal] = useState<string | null>(null)
  const needsPassword = !(isOfNewApp && askPasskey)

  function show(found: Wrong): boolean {
    setWrong(found)
    const first = found.code ? 'code' : found.password ? 'password' : null
    if (first) form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
    return first !== null
  }

  function read(): Proof {
    const data = new FormData(form.current ?? undefined)
    return { code: String(data.get('code') ?? '').trim(), password: String(data.get('password') ?? '') }
  }

  function missing({ code, password }: Proof, by: 'password' | 'passkey'): Wrong {
    const isCodeMissing = code === '' && (isOfNewApp || (needsCode && by === 'password'))
    return { ...(isCodeMissing && { code: t('codeMissing') }), ...(by === 'password' && password === '' && { password: t('passwordMissing') }) }
  }

  async function prove(by: 'password' | 'passkey') {
    if (pending || !form.current) return
    setRefusal(null)
    const proof = read()
    if (!isComplete(form.current) || show(missing(proof, by))) return
    setPending(by)
    const answer = await (by === 'passkey' ? sendWithPasskey(proof) : send(proof)).catch((): Refused => ({ ok: false, error: { code: 'unavailable' } }))
    setPending(null)
    if (!answer.ok) refuse(answer.error)
  }

  async function sendWithPasskey(proof: Proof): Promise<{ ok: true } | Refused> {
    if (!askPasskey) return send(proof)
    const answered = await askDevice(askPasskey)
    return answered.ok ? send({ ...proof, passkey: answered.value }) : answered
  }

  function refuse({ code, retryAt }: Refused['error']) {
    if (code === 'wrong_code') return void show({ code: t('codeWrong') })
    if (code === 'invalid_credentials') return void show({ password: t('passwordWrong') })
    if (code === 'not_kept') return setRefusal(p('notKept'))
    if (['broken', 'passkey_refused', 'too_late', 'too_many_passkeys'].includes(code)) return setRefusal(wordPasskeyRefusal(p, { code }, locale))
    setRefusal(code === 'rate_limited' && retryAt ? t('rateLimited', { time: formatInstant(retryAt, locale) }) : t('unavailable'))
  }

  function press(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    void prove(needsPassword ? 'password' : 'passkey')
  }

  return (
    <form className="flex max-w-md flex-col gap-5" method="post" noValidate onSubmit={press} ref={form}>
      <input autoComplete="username" hidden name="username" readOnly type="email" value={email} />
      {children}
      {refusal && (
        <Notice live="alert" tone="danger">
          {refusal}
        </Notice>
      )}
      {(needsCode || isOfNewApp) && (
        <TextField
          autoCapitalize="none"
          autoComplete="one-time-code"
          autoFocus={!children || isOfNewApp}
          dir="ltr"
          error={wrong.code}
          hint={isOfNewApp ? undefined : t('codeHint')}
          label={t('code')}
          maxLength={100}
          name="code"
          required
          spellCheck={false}
        />
      )}
      {needsPassword && <PasswordField autoComplete="current-password" error={wrong.password} label={t('password')} name="password" required />}
      <div className="flex flex-wrap gap-3">
        <Button pending={pending === (needsPassword ? 'password' : 'passkey')} type="submit" variant="primary">
          {submit}
        </Button>
        {needsPassword && askPasskey && (
          <Button onClick={() => prove('passkey')} pending={pending === 'passkey'}>
            {p('useInstead')}
          </Button>
        )}
        <Button onClick={onCancel} variant="ghost">
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}
