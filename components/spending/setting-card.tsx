import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'

type Props = { title: string; hint: string; isOn: boolean; refusal?: string | null; children: ReactNode }

/** One thing that the customer may allow, with whether it is on. */
export function SettingCard({ title, hint, isOn, refusal = null, children }: Props) {
  const t = useTranslations('spending')
  return (
    <Card actions={<Status tone={isOn ? 'ok' : 'neutral'}>{t(isOn ? 'on' : 'off')}</Status>} description={hint} title={title}>
      {refusal && (
        <Notice live="alert" tone="warning">
          {refusal}
        </Notice>
      )}
      {children}
    </Card>
  )
}

type About = { isAvailable: boolean; plans?: string[] | undefined }

/** Why a control is off: the plan does not have it, or somebody else may move it. Null where it may be moved. */
export function useReason({
  availability,
  plan,
  isAllowed,
  who,
}: {
  availability: About
  plan: string
  isAllowed: boolean
  who: 'onlyOwner' | 'onlyManagers'
}) {
  const t = useTranslations('spending')
  if (!availability.isAvailable) {
    const plans = availability.plans ?? []
    const words = { plan, plans: plans.join(', ') }
    return plans.length === 0 ? t('notOnPlanNone', words) : t(plans.length === 1 ? 'notOnPlanOne' : 'notOnPlan', words)
  }
  return isAllowed ? null : t(who)
}
