'use client'

import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Copyable } from '@/components/ui/copyable'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { TextField } from '@/components/ui/text-field'

type Refused = { ok: false; error: { code: string; retryAt?: string } }
type Answer<Value> = Promise<{ ok: true; value: Value } | Refused>
type Proof = { code: string; password: string }
export type Offer = { secret: string; sealed: string; squares: string; size: number }

type Props = {
  email: string
  /** Null: signing in takes one step. */
  present: { recoveryCodes: number } | null
  offer: (nothing: Record<string, never>) => Answer<Offer>
  turnOn: (given: Proof & { sealed: string }) => Answer<{ recoveryCodes: string[] }>
  renew: (proof: Proof) => Answer<{ recoveryCodes: string[] }>
  turnOff: (proof: Proof) => Answer<null>
}

type Doing =
  | { type: 'nothing' }
  | { type: 'setting_up'; offer: Offer }
  | { type: 'renewing' }
  | { type: 'turning_off' }
  | { type: 'showing'; codes: readonly string[] }

/** One's own second step: set up by a code, and changed by one. */
export function SecondStep({ email, present, offer, turnOn, renew, turnOff }: Props) {
  const t = useTranslations('secondStep')
  const router = useRouter()
  const [doing, setDoing] = useState<Doing>({ type: 'nothing' })
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState(false)
  const cancel = () => setDoing({ type: 'nothing' })

  async function begin() {
    setPending(true)
    const answer = await offer({}).catch(() => null)
    setPending(false)
    setProblem(!answer?.ok)
    if (answer?.ok) setDoing({ type: 'setting_up', offer: answer.value })
  }

  async function showCodes(answer: Answer<{ recoveryCodes: string[] }>) {
    const answered = await answer
    if (!answered.ok) return answered
    setDoing({ type: 'showing', codes: answered.value.recoveryCodes })
    router.refresh()
    return answered
  }

  async function end(proof: Proof) {
    const answered = await turnOff(proof)
    if (!answered.ok) return answered
    cancel()
    router.refresh()
    return answered
  }

  const form = { email, onCancel: cancel }
  switch (doing.type) {
    case 'showing':
      return <RecoveryCodes codes={doing.codes} onKept={cancel} />
    case 'setting_up':
      return (
        <ProofForm {...form} send={(proof) => showCodes(turnOn({ ...proof, sealed: doing.offer.sealed }))} submit={t('turnOn')}>
          <Scan offer={doing.offer} />
        </ProofForm>
      )
    case 'renewing':
      return <ProofForm {...form} send={(proof) => showCodes(renew(proof))} submit={t('renew')} />
    case 'turning_off':
      return <ProofForm {...form} send={end} submit={t('turnOff')} />
    default:
      return (
        <div className="flex flex-col gap-4">
          {problem && (
            <Notice live="alert" tone="danger">
              {t('unavailable')}
            </Notice>
          )}
          <p>{present ? t('on', { count: present.recoveryCodes }) : t('off')}</p>
          <div className="flex flex-wrap gap-3">
            {present ? (
              <>
                <Button onClick={() => setDoing({ type: 'renewing' })}>{t('renew')}</Button>
                <Button onClick={() => setDoing({ type: 'turning_off' })}>{t('turnOff')}</Button>
              </>
            ) : (
              <Button onClick={begin} pending={pending}>
                {t('setUp')}
              </Button>
            )}
          </div>
        </div>
      )
  }
}

/** Black on white in the dark too: cameras read it so. */
function Scan({ offer: { secret, squares, size } }: { offer: Offer }) {
  const t = useTranslations('secondStep')
  return (
    <div className="flex flex-col gap-3">
      <p>{t('scan')}</p>
      <svg aria-label={t('picture')} className="size-48 max-w-full rounded-md" role="img" shapeRendering="crispEdges" viewBox={`0 0 ${size} ${size}`}>
        <rect fill="#fff" height={size} width={size} />
        <path d={squares} fill="#000" />
      </svg>
      <p className="text-muted text-sm">
        {t('orType')} <Copyable label={t('secret')} value={secret} />
      </p>
    </div>
  )
}

type ProofFormProps = {
  email: string
  submit: string
  send: (proof: Proof) => Promise<{ ok: true } | Refused>
  onCancel: () => void
  children?: ReactNode
}

type Wrong = { code?: string; password?: string }

function ProofForm({ email, submit, send, onCancel, children }: ProofFormProps) {
  const t = useTranslations('secondStep')
  const locale = useLocale()
  const form = useRef<HTMLFormElement>(null)
  const [pending, setPending] = useState(false)
  const [wrong, setWrong] = useState<Wrong>({})
  const [refusal, setRefusal] = useState<string | null>(null)

  function show(found: Wrong): boolean {
    setWrong(found)
    const first = found.code ? 'code' : found.password ? 'password' : null
    if (first) form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
    return first !== null
  }

  async function press(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending) return
    const data = new FormData(event.currentTarget)
    const proof = { code: String(data.get('code') ?? '').trim(), password: String(data.get('password') ?? '') }
    setRefusal(null)
    const isMissing = show({
      ...(proof.code === '' && { code: t('codeMissing') }),
      ...(proof.password === '' && { password: t('passwordMissing') }),
    })
    if (isMissing) return
    setPending(true)
    const answer = await send(proof).catch((): Refused => ({ ok: false, error: { code: 'unavailable' } }))
    setPending(false)
    if (!answer.ok) refuse(answer.error)
  }

  function refuse({ code, retryAt }: Refused['error']) {
    if (code === 'wrong_code') return void show({ code: t('codeWrong') })
    if (code === 'invalid_credentials') return void show({ password: t('passwordWrong') })
    setRefusal(code === 'rate_limited' && retryAt ? t('rateLimited', { time: formatInstant(retryAt, locale) }) : t('unavailable'))
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
      <TextField
        autoCapitalize="none"
        autoComplete="one-time-code"
        autoFocus
        dir="ltr"
        error={wrong.code}
        hint={children ? undefined : t('codeHint')}
        label={t('code')}
        maxLength={100}
        name="code"
        required
        spellCheck={false}
      />
      <PasswordField autoComplete="current-password" error={wrong.password} label={t('password')} name="password" required />
      <div className="flex flex-wrap gap-3">
        <Button pending={pending} type="submit" variant="primary">
          {submit}
        </Button>
        <Button onClick={onCancel} variant="ghost">
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}

/** Shown this once. */
function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const t = useTranslations('secondStep')
  return (
    <div className="flex flex-col gap-4">
      <Notice live="status" title={t('keepTitle')} tone="ok">
        {t('keep')}
      </Notice>
      <ul aria-label={t('codes')} className="grid gap-x-6 gap-y-1 font-mono text-sm sm:grid-cols-2" dir="ltr">
        {codes.map((code) => (
          <li className="break-all" key={code}>
            {code}
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={onKept}>{t('kept')}</Button>
      </div>
    </div>
  )
}
