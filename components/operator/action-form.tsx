'use client'

import clsx from 'clsx'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useRef, useState } from 'react'
import type { DeskAction, DeskRefusal } from '@/app/actions/operator/define-operator-action'
import { Button } from '@/components/ui/button'
import { Copyable } from '@/components/ui/copyable'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { plainNumber } from '@/components/ui/read-amount'
import { TextArea, TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { Choice } from './choice'

export type DeskField = { name: string; label: string; hint?: string; optional?: boolean; value?: string } & (
  | { kind: 'text' | 'email' | 'date' | 'datetime-local'; maxLength?: number }
  /** `suffix` is the currency or the unit. */
  | { kind: 'amount'; suffix: string }
  | { kind: 'area'; maxLength?: number }
  | { kind: 'choice'; options: readonly { value: string; label: string }[] }
)

type Props = {
  action: DeskAction
  /** What the form is about, sent with what is typed. */
  about?: Readonly<Record<string, string>>
  fields: readonly DeskField[]
  submit: string
  /** What was done, said in its place. */
  done: string
  danger?: boolean
  /** Why whoever looks may not do it. */
  reason?: string | null
  /** Fields side by side, where there is room. */
  wide?: boolean
}

type Outcome = { type: 'done'; secret: string } | { type: 'refused'; refusal: DeskRefusal } | { type: 'fault' }

/**
 * A write from the desk. One request id until there is an answer, so that pressing twice, or again after the line broke, is
 * asking once; the next wish gets another.
 */
export function ActionForm({ action, about = {}, fields, submit, done, danger = false, reason = null, wide = false }: Props) {
  const t = useTranslations('deskForm')
  const locale = useLocale()
  const request = useRef<string | null>(null)
  const [pending, setPending] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const wrong = outcome?.type === 'refused' ? outcome.refusal.fields : undefined

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending || reason) return
    const form = event.currentTarget
    const texts = [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    const isNumber = (name: string) => fields.some((field) => field.name === name && field.kind === 'amount')
    // What cannot be read is sent as it is, and refused by the name of its field.
    const typed = Object.fromEntries(texts.map(([name, text]) => [name, isNumber(name) ? (plainNumber(text, locale) ?? text) : text]))
    request.current ??= crypto.randomUUID()
    setPending(true)
    const answer = await action(request.current, { ...about, ...typed }).catch(() => null)
    setPending(false)
    if (!answer) return setOutcome({ type: 'fault' })
    request.current = null
    if (answer.ok) return finish(form, answer.value)
    setOutcome({ type: 'refused', refusal: answer.error })
    const first = answer.error.fields?.find(({ path }) => fields.some(({ name }) => name === path))
    if (first) form.querySelector<HTMLElement>(`[name="${first.path}"]`)?.focus()
  }

  /** What was done is seen on the page, which may have taken this form away with it; then the focus goes to what is there. */
  function finish(form: HTMLFormElement, value: Record<string, unknown> | null) {
    form.reset()
    if (typeof value?.secret === 'string') return setOutcome({ type: 'done', secret: value.secret })
    setOutcome(null)
    void showToast(value?.pending === true ? t('underWay') : done)
    setTimeout(() => {
      if (!form.isConnected) document.getElementById('content')?.focus()
    })
  }

  return (
    <form className="@container flex flex-col gap-4" method="post" noValidate onSubmit={send}>
      {outcome && <Said done={done} fields={fields} outcome={outcome} />}
      {fields.length > 0 && (
        <div className={clsx('grid gap-x-4 gap-y-4', wide && '@lg:grid-cols-2')}>
          {fields.map((field) => (
            <Control error={wrong?.find(({ path }) => path === field.name)?.message} field={field} key={field.name} wide={wide} />
          ))}
        </div>
      )}
      <div>
        <Button pending={pending} reason={reason} type="submit" variant={danger ? 'danger' : 'secondary'}>
          {submit}
        </Button>
      </div>
      <span className="sr-only" role="status">
        {pending && t('working')}
      </span>
    </form>
  )
}

function Control({ field, error, wide }: { field: DeskField; error: string | undefined; wide: boolean }) {
  const { kind, name, label, hint, optional, value } = field
  const shared = { label, hint, error, optional, required: !optional, className: clsx(wide && kind === 'area' && '@lg:col-span-2') }
  switch (kind) {
    case 'choice':
      return <Field {...shared}>{(control) => <Choice control={control} name={name} options={field.options} value={value} />}</Field>
    case 'area':
      return <TextArea {...shared} defaultValue={value} maxLength={field.maxLength ?? 500} name={name} rows={2} />
    case 'amount':
      return (
        <TextField
          {...shared}
          autoComplete="off"
          defaultValue={value}
          inputMode="decimal"
          name={name}
          suffix={<span className="pe-2.5 text-xs">{field.suffix}</span>}
        />
      )
    default:
      return <TextField {...shared} autoComplete="off" defaultValue={value} maxLength={field.maxLength} name={name} spellCheck={false} type={kind} />
  }
}

/** What came of it, in the place where it was asked for. */
function Said({ outcome, done, fields }: { outcome: Outcome; done: string; fields: readonly DeskField[] }) {
  const t = useTranslations('deskForm')
  if (outcome.type === 'fault') {
    return (
      <Notice live="alert" tone="danger">
        {t('fault')}
      </Notice>
    )
  }
  if (outcome.type === 'done') {
    return (
      <Notice live="status" tone="ok">
        {done}
        <span className="mt-2 block">
          <Copyable label={t('secret')} value={outcome.secret} />
        </span>
      </Notice>
    )
  }
  const { code, fields: wrong = [], facts = {} } = outcome.refusal
  const elsewhere = wrong.filter(({ path }) => !fields.some(({ name }) => name === path))
  const words = t.has(`refusal.${code}` as never) ? t(`refusal.${code}` as 'refusal.not_found') : (facts.detail ?? t('refusal.unavailable'))
  return (
    <Notice live="alert" tone="warning">
      {words}
      {elsewhere.map(({ path, message }) => (
        <span className="block" key={`${path}${message}`}>
          {path}: {message}
        </span>
      ))}
    </Notice>
  )
}
