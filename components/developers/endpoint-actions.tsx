'use client'

import { useMutation } from '@tanstack/react-query'
import { Pencil, Power, PowerOff, RotateCw, Send, Trash2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { changeEndpointAction, sendTestAction } from '@/app/actions/developers'
import { webhookDeliveryPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { showToast } from '@/components/ui/toast'
import type { EndpointView } from '@/lib/webhooks/views'
import { WriteNotices } from './write-notices'

const EndpointDialog = dynamic(() => import('./endpoint-dialog').then((module) => module.EndpointDialog))
const DeleteEndpointDialog = dynamic(() => import('./endpoint-questions').then((module) => module.DeleteEndpointDialog))
const RotateSecretDialog = dynamic(() => import('./endpoint-questions').then((module) => module.RotateSecretDialog))

type Props = { org: string; endpoint: EndpointView }

/** All that can be done with an endpoint. A test leads to its delivery, where one sees what was answered. */
export function EndpointActions({ org, endpoint }: Props) {
  const t = useTranslations('developers.endpoint')
  const router = useRouter()
  const [open, setOpen] = useState<'edit' | 'rotate' | 'delete' | null>(null)
  const endpointId = endpoint.id
  const isDisabled = endpoint.state === 'disabled'
  const test = useMutation({
    mutationFn: () => sendTestAction(org, { endpointId }),
    onSuccess: (result) => {
      if (result.ok) router.push(webhookDeliveryPath(org, endpointId, result.value.deliveryId))
    },
  })
  const toggle = useMutation({
    mutationFn: () => changeEndpointAction(org, { endpointId, enabled: isDisabled }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t(isDisabled ? 'enabled' : 'disabled'))
    },
  })
  const last = toggle.submittedAt > test.submittedAt ? toggle : test
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button icon={<Send aria-hidden />} onClick={() => test.mutate()} pending={test.isPending} reason={isDisabled && t('testDisabled')} variant="primary">
          {t('test')}
        </Button>
        <Button icon={<Pencil aria-hidden />} onClick={() => setOpen('edit')}>
          {t('edit')}
        </Button>
        <Button icon={<RotateCw aria-hidden />} onClick={() => setOpen('rotate')}>
          {t('rotate')}
        </Button>
        <Button icon={isDisabled ? <Power aria-hidden /> : <PowerOff aria-hidden />} onClick={() => toggle.mutate()} pending={toggle.isPending}>
          {t(isDisabled ? 'enable' : 'disable')}
        </Button>
        <Button icon={<Trash2 aria-hidden />} onClick={() => setOpen('delete')}>
          {t('delete')}
        </Button>
      </div>
      <WriteNotices write={last} />
      {open === 'edit' && <EndpointDialog endpoint={endpoint} onClose={() => setOpen(null)} org={org} />}
      {open === 'rotate' && <RotateSecretDialog endpoint={endpoint} onClose={() => setOpen(null)} org={org} />}
      {open === 'delete' && <DeleteEndpointDialog endpoint={endpoint} onClose={() => setOpen(null)} org={org} />}
    </>
  )
}
