import { useTranslations } from 'next-intl'
import { planPath, teamPath, usagePath } from '@/components/layout/routes'
import { LinkButton } from '@/components/ui/link-button'
import { UsageCard } from '@/components/usage/usage-card'
import type { OverviewCardView } from '@/lib/billing/views/overview'

/** A card per subscription, as they come: the one that needs attention first. */
export function UsageCards({ org, cards }: { org: string; cards: readonly OverviewCardView[] }) {
  const t = useTranslations('overview')
  return (
    <div className={cards.length > 1 ? 'grid items-stretch gap-6 md:grid-cols-2' : 'grid'}>
      {cards.map((card) => (
        <UsageCard
          actions={
            <>
              {card.meters.length > 0 ? (
                <LinkButton href={usagePath(org, card.product.id)} size="sm">
                  {t('seeUsage')}
                  <For product={card.product.name} />
                </LinkButton>
              ) : (
                <LinkButton href={teamPath(org)} size="sm">
                  {t('seeTeam')}
                </LinkButton>
              )}
              <LinkButton href={planPath(org, card.product.id)} size="sm" variant="ghost">
                {t('seePlan')}
                <For product={card.product.name} />
              </LinkButton>
            </>
          }
          cancelAt={card.cancelAt}
          card={card}
          key={card.subscriptionId}
          seats={card.seats}
          title={card.product.name}
        />
      ))}
    </div>
  )
}

/** Two links with the same words would be a riddle to who hears them one by one. */
function For({ product }: { product: string }) {
  return <span className="sr-only"> {product}</span>
}
