'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { deleteEndpointAction, rotateSecretAction } from '@/app/actions/developers'
import { developersPath } from '@/components/layout/routes'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { showToast } from '@/components/ui/toast'
import type { EndpointView } from '@/lib/webhooks/views'
import { SecretDialog } from './secret-dialog'
import { WriteNotices } from './write-notices'

type Props = { org: string; endpoint: EndpointView; onClose: () => void }

export function DeleteEndpointDialog({ org, endpoint, onClose }: Props) {
  const t = useTranslations('developers.endpoint')
  const router = useRouter()
  const remove = useMutation({
    mutationFn: () => deleteEndpointAction(org, { endpointId: endpoint.id }),
    onSuccess: (result) => {
      if (!result.ok) return
      void showToast(t('deleted'))
      router.push(developersPath(org))
    },
  })
  return (
    <AlertDialog
      confirm={t('delete')}
      description={t('deleteBody')}
      keep={t('keep')}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      title={t('deleteTitle')}
    >
      <p className="wrap-anywhere text-sm">{endpoint.url}</p>
      <WriteNotices write={remove} />
    </AlertDialog>
  )
}

/** Says what the receiver will see before it is done, and shows the new secret after. */
export function RotateSecretDialog({ org, endpoint, onClose }: Props) {
  const t = useTranslations('developers.endpoint')
  const rotate = useMutation({ mutationFn: () => rotateSecretAction(org, { endpointId: endpoint.id }) })
  if (rotate.data?.ok) return <SecretDialog body={t('rotatedBody')} onClose={onClose} secret={rotate.data.value.secret} title={t('createdTitle')} />
  return (
    <AlertDialog
      confirm={t('rotate')}
      confirmVariant="primary"
      description={t('rotateBody')}
      keep={t('keepSecret')}
      onClose={onClose}
      onConfirm={() => rotate.mutate()}
      pending={rotate.isPending}
      title={t('rotateTitle')}
    >
      <WriteNotices write={rotate} />
    </AlertDialog>
  )
}
