'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { FormEvent } from 'react'
import { updateBillingDetailsAction } from '@/app/actions/organization'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { TextArea, TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import type { PaymentPageView } from '@/lib/billing/views/payment'

type Props = { org: string; billing: PaymentPageView['billing']; reason: string | null }

/** What stands on invoices as the buyer, and who else gets them. Issued documents keep what they say. */
export function BillingDetails({ org, billing, reason }: Props) {
  const t = useTranslations('payment')
  const router = useRouter()
  const save = useMutation({
    mutationFn: (details: Parameters<typeof updateBillingDetailsAction>[1]) => updateBillingDetailsAction(org, details),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok) void showToast(t('billingSaved'))
    },
  })
  const fields = save.data?.ok === false && save.data.error.code === 'invalid_input' ? save.data.error.fields : []
  const errorOf = (path: string) =>
    fields.some((field) => field.path.startsWith(path))
      ? t(`billingInvalid.${path === 'emails' ? 'emails' : path === 'country' ? 'country' : 'other'}`)
      : undefined

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim() || null
    const emails = (text('emails') ?? '').split(/[\s,;]+/).filter(Boolean)
    save.mutate({
      name: text('name'),
      address: text('address'),
      country: text('country')?.toUpperCase() ?? null,
      taxId: text('taxId'),
      emails: emails.length > 0 ? emails : null,
    })
  }

  return (
    <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
      <TextField autoComplete="organization" defaultValue={billing.name} error={errorOf('name')} label={t('billingName')} name="name" />
      <TextArea autoComplete="street-address" defaultValue={billing.address ?? ''} error={errorOf('address')} label={t('billingAddress')} name="address" />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          autoComplete="country"
          defaultValue={billing.country ?? ''}
          error={errorOf('country')}
          hint={t('billingCountryHint')}
          label={t('billingCountry')}
          maxLength={2}
          name="country"
        />
        <TextField defaultValue={billing.taxId ?? ''} error={errorOf('taxId')} label={t('billingTaxId')} name="taxId" />
      </div>
      <TextField defaultValue={billing.emails.join(', ')} error={errorOf('emails')} hint={t('billingEmailsHint')} label={t('billingEmails')} name="emails" />
      {(save.isError || (save.data?.ok === false && fields.length === 0)) && (
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
