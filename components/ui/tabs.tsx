'use client'

import { Tabs as BaseTabs } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

export type Tab = { value: string; label: ReactNode; content: ReactNode }

/** Views of the same thing, one at a time. Places of their own are pages with links, not tabs. */
export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: {
  label: string
  tabs: readonly Tab[]
  value?: string | undefined
  onChange?: ((value: string) => void) | undefined
}) {
  return (
    <BaseTabs.Root
      {...(value === undefined ? { defaultValue: tabs[0]?.value } : { value })}
      {...(onChange && { onValueChange: (next: string) => onChange(next) })}
    >
      <BaseTabs.List aria-label={label} className="relative flex gap-5 overflow-x-auto border-line border-b">
        {tabs.map((tab) => (
          <BaseTabs.Tab
            className="-outline-offset-2 min-h-10 shrink-0 rounded-sm px-0.5 font-medium text-muted text-sm transition-colors hover:text-ink data-active:text-ink"
            key={tab.value}
            value={tab.value}
          >
            {tab.label}
          </BaseTabs.Tab>
        ))}
        <BaseTabs.Indicator className="absolute bottom-0 left-(--active-tab-left) h-0.5 w-(--active-tab-width) bg-accent transition-[left,width] duration-150 ease-out" />
      </BaseTabs.List>
      {tabs.map((tab) => (
        <BaseTabs.Panel className="pt-5" key={tab.value} value={tab.value}>
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  )
}
