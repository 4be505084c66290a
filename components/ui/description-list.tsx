import clsx from 'clsx'
import type { ReactNode } from 'react'

export type DescriptionItem = { term: ReactNode; value: ReactNode; strong?: boolean }

/**
 * Names and what they are. `ledger` sets values at the end of the line, as in a statement, with a rule above a `strong` line (a total);
 * `plain` sets them under or beside their names; `columns` side by side where there is room, for a few short facts.
 */
export function DescriptionList({ items, layout = 'plain' }: { items: readonly DescriptionItem[]; layout?: 'plain' | 'ledger' | 'columns' }) {
  if (layout === 'columns') {
    return (
      <dl className="flex @xl:flex-row flex-col flex-wrap gap-x-12 gap-y-2 text-sm">
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: facts about one thing stand in a fixed order and have no identity of their own.
          <div className="flex min-w-0 @xl:flex-col flex-row flex-wrap justify-between gap-x-4" key={index}>
            <dt className="text-muted">{item.term}</dt>
            <dd className="figures @max-xl:ms-auto @max-xl:text-end">{item.value}</dd>
          </div>
        ))}
      </dl>
    )
  }
  if (layout === 'ledger') {
    return (
      <dl className="flex flex-col text-sm">
        {items.map((item, index) => (
          <div
            className={clsx('flex flex-wrap items-baseline justify-between gap-x-6 py-1.5', item.strong && 'mt-1.5 border-line border-t pt-3 font-semibold')}
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a statement stand in a fixed order and have no identity of their own.
            key={index}
          >
            <dt className={clsx('min-w-0', !item.strong && 'text-muted')}>{item.term}</dt>
            <dd className="figures ms-auto text-end">{item.value}</dd>
          </div>
        ))}
      </dl>
    )
  }
  return (
    <dl className="grid @md:grid-cols-[minmax(8rem,12rem)_1fr] gap-x-6 @md:gap-y-2.5 text-sm">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
        <div className="@md:contents min-w-0" key={index}>
          <dt className="text-muted">{item.term}</dt>
          <dd className="@md:mb-0 mb-3 min-w-0">{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
