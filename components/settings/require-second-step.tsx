'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { requireSecondStepAction } from '@/app/actions/second-step'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'

/** `reason`: why it cannot be changed now. */
type Props = { org: string; isRequired: boolean; reason: string | null }

/** Whether everybody in an organization signs in with two steps. */
export function RequireSecondStep({ org, isRequired, reason }: Props) {
  const t = useTranslations('secondStep.duty')
  const s = useTranslations('secondStep')
  const router = useRouter()
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)

  async function change() {
    setPending(true)
    const answer = await requireSecondStepAction(org, { isRequired: !isRequired }).catch(() => null)
    setPending(false)
    if (!answer?.ok) return setRefusal(answer?.error.code === 'needs_own' ? t('needsOwn') : s('unavailable'))
    setRefusal(null)
    void showToast(t(isRequired ? 'isOptional' : 'isRequired'))
    router.refresh()
  }
  return (
    <div className="flex flex-col items-start gap-4">
      {refusal && (
        <Notice live="alert" tone="danger">
          {refusal}
        </Notice>
      )}
      <p>{t(isRequired ? 'required' : 'optional')}</p>
      <Button onClick={change} pending={pending} reason={reason}>
        {t(isRequired ? 'stop' : 'require')}
      </Button>
    </div>
  )
}
