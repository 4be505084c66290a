'use client'

import { KeyRound } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Meter } from '@/components/ui/progress'
import { Quantity } from '@/components/ui/quantity'
import type { KeysView } from '@/lib/billing/views/usage-page'

const SHOWN_AT_FIRST = 10

type Row = { id: string; label: string; quantity: bigint; permille: number }

/** Which keys drive the usage, the largest first, each with its share of all (A12). */
export function TopKeys({ unit, keys }: { unit: string; keys: KeysView }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const [all, setAll] = useState(false)
  const percent = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const share = ({ permille, quantity }: Row) => (permille === 0 && quantity > 0n ? `< ${percent.format(0.001)}` : percent.format(permille / 1000))

  const rows: Row[] = keys.items.map(({ key, ...figures }) => ({ id: key === null ? 'no-key' : `key ${key}`, label: key ?? t('noKey'), ...figures }))
  if (keys.others) rows.push({ id: 'others', label: t('otherKeys', { count: keys.others.keys }), ...keys.others })
  const more = rows.length - SHOWN_AT_FIRST

  const columns: Column<Row>[] = [
    { id: 'key', header: t('key'), rowHeader: true, cell: (row) => <span className="break-all">{row.label}</span> },
    {
      id: 'share',
      header: t('share'),
      cell: (row) => (
        <span className="flex items-center gap-3">
          <span className="hidden w-24 @xl:block @3xl:w-48">
            <Meter
              label={t('keyShare', { key: row.label })}
              percent={row.permille / 10}
              valueText={t('keyShareText', { quantity: row.quantity.toString(), unit, share: share(row) })}
            />
          </span>
          <span className="figures text-muted">{share(row)}</span>
        </span>
      ),
    },
    { id: 'units', header: capitalized(unit), align: 'end', aside: true, cell: (row) => <Quantity value={row.quantity} /> },
  ]
  return (
    <DataTable
      caption={t('byKey', { unit: capitalized(unit) })}
      columns={columns}
      empty={
        <EmptyState icon={<KeyRound />} title={t('noKeysTitle')}>
          {t('noKeysBody')}
        </EmptyState>
      }
      footer={
        more > 0 && (
          <div className="border-line border-t px-5 py-2 sm:px-6">
            <Button aria-expanded={all} onClick={() => setAll(!all)} size="sm" variant="ghost">
              {all ? t('showFewer') : t('showAll', { count: more.toString() })}
            </Button>
          </div>
        )
      }
      inset
      rowKey={(row) => row.id}
      rows={all ? rows : rows.slice(0, SHOWN_AT_FIRST)}
    />
  )
}

/** The meter's unit at the beginning of a heading: "calls" → "Calls". */
export function capitalized(unit: string): string {
  return unit.charAt(0).toLocaleUpperCase() + unit.slice(1)
}
