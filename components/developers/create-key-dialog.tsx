'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { type FormEvent, useId, useRef, useState } from 'react'
import { createKeyAction } from '@/app/actions/developers'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import { wordDevelopersRefusal } from './refusals'
import { SecretOnce } from './secret-once'

/** Asks for a name, then shows the key: it is nowhere else, so neither Escape nor a press beside the dialog closes it. */
export function CreateKeyDialog({ org, onClose }: { org: string; onClose: () => void }) {
  const t = useTranslations('developers')
  const ui = useTranslations('ui')
  const form = useId()
  const nameField = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  const create = useMutation({ mutationFn: () => createKeyAction(org, { name }) })
  const made = create.data?.ok ? create.data.value : null
  const refusal = create.data?.ok === false ? create.data.error : null
  const isAboutName = refusal?.code === 'invalid_input'

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!create.isPending) create.mutate()
  }

  if (made) {
    return (
      <Dialog key="made" locked onOpenChange={() => {}}>
        <DialogContent>
          <DialogHeader>
            <DialogTitle>{t('newKey.createdTitle')}</DialogTitle>
            <DialogDescription>{t('newKey.createdBody')}</DialogDescription>
          </DialogHeader>
          <DialogBody>
            <SecretOnce label={t('newKey.label')} value={made.key} />
          </DialogBody>
          <DialogFooter>
            <Button onClick={onClose} variant="primary">
              {t('newKey.done')}
            </Button>
          </DialogFooter>
        </DialogContent>
      </Dialog>
    )
  }
  return (
    <Dialog key="ask" locked={create.isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent initialFocus={nameField}>
        <DialogHeader>
          <DialogTitle>{t('newKey.title')}</DialogTitle>
          <DialogDescription>{t('newKey.body')}</DialogDescription>
        </DialogHeader>
        <DialogBody>
          <form className="flex flex-col gap-5" id={form} onSubmit={submit}>
            {refusal && !isAboutName && (
              <Notice live="alert" tone="warning">
                {wordDevelopersRefusal(t, refusal)}
              </Notice>
            )}
            {create.isError && (
              <Notice live="alert" tone="danger">
                {t('fault')}
              </Notice>
            )}
            <TextField
              autoComplete="off"
              error={isAboutName ? wordDevelopersRefusal(t, refusal) : undefined}
              hint={t('newKey.nameHint')}
              label={t('newKey.name')}
              maxLength={100}
              onChange={(event) => setName(event.target.value)}
              ref={nameField}
              required
              value={name}
            />
          </form>
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {ui('cancel')}
          </Button>
          <Button form={form} pending={create.isPending} type="submit" variant="primary">
            {t('newKey.create')}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
