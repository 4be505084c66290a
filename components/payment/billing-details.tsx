'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { updateBillingDetailsAction } from '@/app/actions/organization'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import { TextArea, TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { Unanswered } from '@/components/ui/unanswered'
import type { PaymentPageView } from '@/lib/billing/views/payment'
import { Recipients } from './recipients'

type Country = { value: string; label: string }
type Props = { org: string; billing: PaymentPageView['billing']; countries: readonly Country[]; reason: string | null }

const FIELDS = ['name', 'address', 'country', 'taxId'] as const
/** In their own words, as one who reads no other looks for them. */
const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
] as const
const NO_COUNTRY = ''

/** What stands on invoices as the buyer, and who else gets them. Issued documents keep what they say. */
export function BillingDetails({ org, billing, countries, reason }: Props) {
  const t = useTranslations('payment')
  const router = useRouter()
  const [country, setCountry] = useState(billing.country ?? NO_COUNTRY)
  const [language, setLanguage] = useState(billing.language)
  const [emails, setEmails] = useState(billing.emails)
  const save = useMutation({
    mutationFn: (details: Parameters<typeof updateBillingDetailsAction>[1]) => updateBillingDetailsAction(org, details),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok) void showToast(t('billingSaved'))
    },
  })
  const fields = save.data?.ok === false && save.data.error.code === 'invalid_input' ? save.data.error.fields : []
  const isWrong = (path: string) => fields.some((field) => field.path === path)
  const errorOf = (field: (typeof FIELDS)[number]) => (isWrong(field) ? t(`billingInvalid.${field}`) : undefined)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim() || null
    const written = emails.map((email) => email.trim()).filter(Boolean)
    setEmails(written)
    save.mutate({
      name: text('name'),
      address: text('address'),
      country: country === NO_COUNTRY ? null : country,
      taxId: text('taxId'),
      emails: written.length > 0 ? written : null,
      language,
    })
  }

  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <TextField autoComplete="organization" defaultValue={billing.name} dir="auto" error={errorOf('name')} label={t('billingName')} name="name" />
      <TextArea
        autoComplete="street-address"
        defaultValue={billing.address ?? ''}
        dir="auto"
        error={errorOf('address')}
        label={t('billingAddress')}
        name="address"
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          autoComplete="country"
          error={errorOf('country')}
          label={t('billingCountry')}
          onChange={setCountry}
          options={[{ value: NO_COUNTRY, label: t('noCountry') }, ...countries]}
          value={country}
        />
        <TextField
          defaultValue={billing.taxId ?? ''}
          error={errorOf('taxId')}
          hint={billing.isTaxIdDoubtful ? undefined : t('billingTaxIdHint')}
          label={t('billingTaxId')}
          name="taxId"
        />
      </div>
      {billing.isTaxIdDoubtful && billing.taxId && (
        <Notice tone="warning">
          {t('taxIdDoubtful', { taxId: billing.taxId, country: countries.find(({ value }) => value === billing.country)?.label ?? '' })}
        </Notice>
      )}
      <Select className="sm:max-w-xs" hint={t('languageHint')} label={t('language')} onChange={setLanguage} options={LANGUAGES} value={language} />
      <Recipients
        emails={emails}
        error={isWrong('emails') ? t('billingInvalid.emails') : undefined}
        errorOf={(index) => (isWrong(`emails.${index}`) ? t('billingInvalid.email') : undefined)}
        onChange={setEmails}
      />
      {save.isError && <Unanswered />}
      {save.data?.ok === false && fields.length === 0 && (
        <Notice live="alert" tone="warning">
          {t('refusal.other')}
        </Notice>
      )}
      <div>
        <Button pending={save.isPending} reason={reason} type="submit">
          {t('billingSave')}
        </Button>
      </div>
    </form>
  )
}
