'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useTransition } from 'react'
import { activityPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'

const KINDS = ['plan', 'payment', 'credit', 'team', 'developers', 'organization'] as const
const ANY = ''

type Props = { org: string /** As the address says. */; asked: Readonly<Record<string, string>>; people: readonly { id: string; name: string }[] }

/** Narrows the activity by what the address then says, so that it can be kept and sent on. */
export function ActivityFilters({ org, asked, people }: Props) {
  const t = useTranslations('activity')
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  const show = (query: Record<string, string>) => startTransition(() => router.push(activityPath(org, query), { scroll: false }))
  const choose = (name: string) => (value: string) => {
    const { [name]: _, ...others } = asked
    show(value === ANY ? others : { ...others, [name]: value })
  }
  const who = [
    { value: ANY, label: t('filter.anybody') },
    ...people.map(({ id, name }) => ({ value: id, label: name })),
    { value: 'operator', label: t('operator') },
    { value: 'system', label: t('system') },
  ]
  const kinds = [{ value: ANY, label: t('filter.anything') }, ...KINDS.map((kind) => ({ value: kind, label: t(`filter.kind.${kind}`) }))]
  return (
    <fieldset
      aria-busy={isPending}
      className="grid grid-cols-2 @3xl:grid-cols-[repeat(2,minmax(0,16rem))_auto] items-end gap-3 border-line border-b px-5 py-4 sm:px-6"
    >
      <legend className="sr-only">{t('filter.title')}</legend>
      <Select label={t('filter.who')} onChange={choose('who')} options={who} value={asked.who ?? ANY} />
      <Select label={t('filter.what')} onChange={choose('kind')} options={kinds} value={asked.kind ?? ANY} />
      {Object.keys(asked).length > 0 && (
        <Button className="col-span-2 @3xl:col-span-1 justify-self-start" onClick={() => show({})} variant="ghost">
          {t('filter.clear')}
        </Button>
      )}
    </fieldset>
  )
}
