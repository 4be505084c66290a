'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useTransition } from 'react'
import { invoicesPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'

const STATES = ['open', 'paid', 'refunded', 'void', 'uncollectible'] as const
const KINDS = ['renewal', 'change', 'extra_usage', 'purchase', 'adjustment', 'pro_forma', 'credit_note'] as const
const ANY = ''

type Props = {
  org: string
  /** As the address says. */
  asked: Readonly<Record<string, string>>
  products: readonly { id: string; name: string }[]
  years: readonly number[]
  /** Nothing fits: what is said in the table's place leads back. */
  isEmpty: boolean
}

/** Narrows the list by what the address then says, so that it can be kept and sent on. */
export function InvoiceFilters({ org, asked, products, years, isEmpty }: Props) {
  const t = useTranslations('invoices')
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  const show = (query: Record<string, string>) => startTransition(() => router.push(invoicesPath(org, query), { scroll: false }))
  const choose = (name: string) => (value: string) => {
    const { [name]: _, ...others } = asked
    show(value === ANY ? others : { ...others, [name]: value })
  }
  const any = { value: ANY, label: t('filter.any') }
  return (
    <fieldset
      aria-busy={isPending}
      className="grid grid-cols-2 items-end gap-3 border-line border-b px-5 py-4 sm:px-6 @3xl:grid-cols-[repeat(4,minmax(0,1fr))_auto]"
    >
      <legend className="sr-only">{t('filter.title')}</legend>
      <Select
        label={t('column.status')}
        onChange={choose('state')}
        options={[any, ...STATES.map((state) => ({ value: state, label: t(`filter.state.${state}`) }))]}
        value={asked.state ?? ANY}
      />
      <Select
        label={t('column.kind')}
        onChange={choose('kind')}
        options={[any, ...KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))]}
        value={asked.kind ?? ANY}
      />
      <Select
        label={t('filter.product')}
        onChange={choose('product')}
        options={[any, ...products.map(({ id, name }) => ({ value: id, label: name }))]}
        value={asked.product ?? ANY}
      />
      <Select
        label={t('filter.year')}
        onChange={choose('year')}
        options={[any, ...years.map((year) => ({ value: String(year), label: String(year) }))]}
        value={asked.year ?? ANY}
      />
      {Object.keys(asked).length > 0 && !isEmpty && (
        <Button className="col-span-2 justify-self-start @3xl:col-span-1" onClick={() => show({})} variant="ghost">
          {t('filter.clear')}
        </Button>
      )}
    </fieldset>
  )
}
