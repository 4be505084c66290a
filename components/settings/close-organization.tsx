'use client'

import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'

// A dialog's library is heavier than the page that it stands on.
const CloseDialog = dynamic(() => import('./close-dialog').then((module) => module.CloseDialog))

type Props = { org: string; name: string; eraseDays: number /** Why it cannot be closed now. */; reason: string | null }

export function CloseOrganization({ org, name, eraseDays, reason }: Props) {
  const t = useTranslations('settings')
  const [asks, setAsks] = useState(false)
  return (
    <div>
      <Button onClick={() => setAsks(true)} reason={reason} variant="danger">
        {t('closeButton')}
      </Button>
      {asks && <CloseDialog eraseDays={eraseDays} name={name} onClose={() => setAsks(false)} org={org} />}
    </div>
  )
}
