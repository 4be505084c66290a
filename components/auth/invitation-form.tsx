'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { secondStepPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { DescriptionList } from '@/components/ui/description-list'
import { formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { TextField } from '@/components/ui/text-field'
import { InvitationProblem, type InvitationRefusal } from './invitation-problem'

export type NewAccount = { name: string; password: string }

/** Refusals other than an invitation's own are worded as "not possible right now". */
export type InvitationAnswer =
  | { ok: true; value: { organizationSlug: string; needsCode?: boolean } }
  | { ok: false; error: InvitationRefusal | { code: string } }

type Props = {
  organization: string
  email: string
  /** ISO 8601. */
  expiresAt: string
  /** The name is known already where the inviter gave one. */
  name: string | null
  /** Someone who has no way in yet chooses a password; someone who is signed in only agrees. */
  needsAccount: boolean
  passwordMinimum: number
  /** A server action. `null` for somebody who has an account. */
  accept: (account: NewAccount | null) => Promise<InvitationAnswer>
}

const PROBLEMS: readonly string[] = [
  'invitation_unknown',
  'invitation_used',
  'invitation_expired',
  'sign_in_required',
  'wrong_account',
] satisfies InvitationRefusal['code'][]

function isProblem(error: InvitationRefusal | { code: string }): error is InvitationRefusal {
  return PROBLEMS.includes(error.code)
}

export function InvitationForm({ organization, email, expiresAt, name, needsAccount, passwordMinimum, accept }: Props) {
  const t = useTranslations('auth.invitation')
  const u = useTranslations('ui')
  const locale = useLocale()
  const [pending, setPending] = useState(false)
  const [wrong, setWrong] = useState<{ name?: string; password?: string }>({})
  const [refusal, setRefusal] = useState<InvitationRefusal | 'unavailable' | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    const account = needsAccount ? { name: String(data.get('name') ?? '').trim(), password: String(data.get('password') ?? '') } : null
    const found = {
      ...(account?.name === '' && { name: t('nameMissing') }),
      ...(account &&
        account.password.length < passwordMinimum && { password: t('passwordShort', { count: account.password.length, minimum: String(passwordMinimum) }) }),
    }
    setWrong(found)
    const first = found.name ? 'name' : found.password ? 'password' : null
    if (first) {
      form.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
      return
    }
    setPending(true)
    setRefusal(null)
    const answer = await accept(account).catch((): InvitationAnswer => ({ ok: false, error: { code: 'unavailable' } }))
    if (answer.ok) {
      const path = `/${answer.value.organizationSlug}`
      window.location.assign(answer.value.needsCode ? secondStepPath(path) : path)
      return
    }
    setPending(false)
    if (answer.error.code === 'common_password') {
      setWrong({ password: u('commonPassword') })
      return form.querySelector<HTMLInputElement>('[name=password]')?.focus()
    }
    setRefusal(isProblem(answer.error) ? answer.error : 'unavailable')
  }

  if (refusal && refusal !== 'unavailable') return <InvitationProblem refusal={refusal} />
  return (
    <form className="flex flex-col gap-5" method="post" noValidate onSubmit={submit}>
      {refusal && (
        <Notice live="alert" tone="danger">
          {t('unavailable')}
        </Notice>
      )}
      <DescriptionList items={[{ term: t('account'), value: email }]} />
      {needsAccount && (
        <>
          <input autoComplete="username" name="email" readOnly type="hidden" value={email} />
          <TextField autoComplete="name" defaultValue={name ?? ''} error={wrong.name} label={t('name')} maxLength={200} name="name" required />
          <PasswordField
            autoComplete="new-password"
            error={wrong.password}
            hint={t('passwordHint', { minimum: String(passwordMinimum) })}
            label={t('password')}
            name="password"
            required
          />
        </>
      )}
      <Button className="mt-1" pending={pending} size="lg" type="submit" variant="primary">
        {needsAccount ? t('submit') : t('submitSignedIn', { organization })}
      </Button>
      <p className="text-muted text-sm">{t('validUntil', { time: formatInstant(expiresAt, locale) })}</p>
    </form>
  )
}
