'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { SecretOnce } from './secret-once'

type Props = { title: string; body: string; secret: string; onClose: () => void }

/** Shows a signing secret this once: neither Escape nor a press beside it closes it. */
export function SecretDialog({ title, body, secret, onClose }: Props) {
  const t = useTranslations('developers.endpoint')
  return (
    <Dialog key="secret" locked onOpenChange={() => {}}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{title}</DialogTitle>
          <DialogDescription>{body}</DialogDescription>
        </DialogHeader>
        <DialogBody>
          <SecretOnce label={t('secret')} value={secret} />
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="primary">
            {t('done')}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
