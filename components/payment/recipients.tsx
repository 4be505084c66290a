'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { TextField } from '@/components/ui/text-field'

const MOST = 10

type Props = { emails: readonly string[]; onChange: (emails: string[]) => void; errorOf: (index: number) => string | undefined; error: string | undefined }

/** Who else gets billing mail, an address a line. Taking one away leaves the focus where the next press is. */
export function Recipients({ emails, onChange, errorOf, error }: Props) {
  const t = useTranslations('payment')
  const hintId = useId()
  const add = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const change = (index: number, email: string) => onChange(emails.with(index, email))

  function append() {
    onChange([...emails, ''])
    // Once it is there: the new line is where one writes next.
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus())
  }

  function remove(index: number) {
    onChange(emails.filter((_, at) => at !== index))
    requestAnimationFrame(() => add.current?.querySelector('button')?.focus())
  }

  return (
    <fieldset aria-describedby={hintId} className="flex flex-col gap-3">
      <legend className="font-medium text-sm">{t('recipients')}</legend>
      <p className="text-muted text-sm" id={hintId}>
        {t('recipientsHint', { most: String(MOST) })}
      </p>
      {emails.length > 0 && (
        <ul className="flex flex-col gap-2" ref={list}>
          {emails.map((email, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else to go by while it is written.
            <li className="flex items-start gap-2" key={index}>
              <TextField
                className="flex-1"
                error={errorOf(index)}
                inputMode="email"
                label={<span className="sr-only">{t('recipient', { number: String(index + 1) })}</span>}
                onChange={(event) => change(index, event.target.value)}
                type="email"
                value={email}
              />
              <IconButton className="mt-2" icon={<X aria-hidden />} label={t('removeRecipient', { number: String(index + 1) })} onClick={() => remove(index)} />
            </li>
          ))}
        </ul>
      )}
      {error && (
        <p className="text-danger-ink text-sm" role="alert">
          {error}
        </p>
      )}
      <div ref={add}>
        <Button icon={<Plus aria-hidden />} onClick={append} reason={emails.length >= MOST ? t('recipientsFull', { most: String(MOST) }) : null} size="sm">
          {t('addRecipient')}
        </Button>
      </div>
    </fieldset>
  )
}
