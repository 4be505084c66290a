import { PackageOpen } from 'lucide-react'
import type { Route } from 'next'
import { useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'

export type ProductChoiceItem = { id: string; name: string; href: Route; isHeld: boolean }

/** Where an address names no product and there are several. */
export function ProductChoice({ items, description }: { items: readonly ProductChoiceItem[]; description: string }) {
  const t = useTranslations('usage')
  if (items.length === 0) {
    return (
      <Card title={t('chooseTitle')}>
        <EmptyState icon={<PackageOpen />} title={t('chooseNone')}>
          {t('chooseNoneBody')}
        </EmptyState>
      </Card>
    )
  }
  return (
    <Card description={description} flush title={t('chooseTitle')}>
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-5 py-3.5 sm:px-6" key={item.id}>
            <TextLink href={item.href}>{item.name}</TextLink>
            <Badge tone={item.isHeld ? 'ok' : 'neutral'}>{item.isHeld ? t('subscribed') : t('notSubscribed')}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  )
}
