import { useTranslations } from 'next-intl'
import { paymentPath } from '@/components/layout/routes'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { wordDecline } from './refusals'

/** As the flows answer it; named here because a component imports no flow. */
export type Outcome = { type: 'done' } | { type: 'declined'; reason: string } | { type: 'needs_customer'; url: string } | { type: 'in_flight' }

/** What became of a payment that did not simply succeed: what it means, and the one thing to do (C12, G79). */
type Props = { outcome: Exclude<Outcome, { type: 'done' }>; org: string /** What was to be paid for. */; about?: 'plan' | 'credit' }

export function ActionOutcomeNotice({ outcome, org, about = 'plan' }: Props) {
  const t = useTranslations('plan')
  switch (outcome.type) {
    case 'declined':
      return (
        <Notice action={<LinkButton href={paymentPath(org)}>{t('dialog.updateCard')}</LinkButton>} live="alert" tone="danger">
          {t(about === 'credit' ? 'dialog.declinedCredit' : 'dialog.declined', { reason: wordDecline(t, outcome.reason) })}
        </Notice>
      )
    case 'needs_customer':
      return (
        <Notice
          action={
            <LinkButton document={outcome.url} variant="primary">
              {t('dialog.openBank')}
            </LinkButton>
          }
          live="alert"
          tone="warning"
        >
          {t('dialog.confirmAtBank')}
        </Notice>
      )
    case 'in_flight':
      return (
        <Notice live="alert" tone="info">
          {t('dialog.inFlight')}
        </Notice>
      )
  }
}
