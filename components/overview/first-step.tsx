import { ArrowRight, Gauge } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { planPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'

type Props = { org: string; available: readonly { id: string; name: string }[]; canChange: boolean }

/** Where nothing is held yet: what may be subscribed to. */
export function FirstStep({ org, available, canChange }: Props) {
  const t = useTranslations('overview')
  if (available.length === 0) {
    return (
      <Card title={t('usage')}>
        <EmptyState icon={<Gauge />} title={t('emptyTitle')}>
          {t('emptyBody')}
        </EmptyState>
      </Card>
    )
  }
  return (
    <Card title={t('usage')}>
      <EmptyState
        action={
          <div className="flex flex-wrap justify-center gap-2">
            {available.map((product) => (
              <LinkButton
                href={planPath(org, product.id)}
                icon={<ArrowRight aria-hidden className="rtl:-scale-x-100" />}
                key={product.id}
                variant={canChange ? 'primary' : 'secondary'}
              >
                {t('startWith', { product: product.name })}
              </LinkButton>
            ))}
          </div>
        }
        icon={<Gauge />}
        title={t('startTitle')}
      >
        {canChange ? t('startBody') : t('startBodyReader')}
      </EmptyState>
    </Card>
  )
}
