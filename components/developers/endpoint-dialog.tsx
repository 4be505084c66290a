'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { type FormEvent, useId, useRef, useState } from 'react'
import { changeEndpointAction, createEndpointAction } from '@/app/actions/developers'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { EVERY_EVENT } from '@/lib/webhooks/event-types'
import type { EndpointView } from '@/lib/webhooks/views'
import { type ChosenEvents, EventChoice } from './event-choice'
import { wordDevelopersRefusal } from './refusals'
import { SecretDialog } from './secret-dialog'
import { WriteNotices } from './write-notices'

type Props = { org: string /** Null: a new one. */; endpoint: EndpointView | null; onClose: () => void }

/** Where to send what. A new endpoint's secret is shown when it is made, and nowhere else. */
export function EndpointDialog({ org, endpoint, onClose }: Props) {
  const t = useTranslations('developers')
  const ui = useTranslations('ui')
  const form = useId()
  const urlField = useRef<HTMLInputElement>(null)
  const [url, setUrl] = useState(endpoint?.url ?? '')
  const [description, setDescription] = useState(endpoint?.description ?? '')
  const [events, setEvents] = useState<ChosenEvents>((endpoint?.events as ChosenEvents | undefined) ?? [EVERY_EVENT])
  const [lacksEvents, setLacksEvents] = useState(false)

  const create = useMutation({ mutationFn: () => createEndpointAction(org, { url, description, events: [...events] }) })
  const change = useMutation({
    mutationFn: (endpointId: EndpointView['id']) => changeEndpointAction(org, { endpointId, url, description, events: [...events] }),
    onSuccess: (result) => {
      if (!result.ok) return
      void showToast(t('endpoint.saved'))
      onClose()
    },
  })
  const write = endpoint ? change : create
  const refusal = write.data?.ok === false ? write.data.error : null
  const isAboutUrl = refusal?.code === 'invalid_url' || (refusal?.code === 'invalid_input' && refusal.fields.some(({ path }) => path === 'url'))

  function submit(event: FormEvent) {
    event.preventDefault()
    setLacksEvents(events.length === 0)
    if (events.length === 0 || write.isPending) return
    if (endpoint) change.mutate(endpoint.id)
    else create.mutate()
  }

  if (create.data?.ok)
    return <SecretDialog body={t('endpoint.createdBody')} onClose={onClose} secret={create.data.value.secret} title={t('endpoint.createdTitle')} />
  return (
    <Dialog locked={write.isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent initialFocus={urlField}>
        <DialogHeader>
          <DialogTitle>{t(endpoint ? 'endpoint.editTitle' : 'endpoint.createTitle')}</DialogTitle>
          <DialogDescription>{t('endpoint.body')}</DialogDescription>
        </DialogHeader>
        <DialogBody>
          <form className="flex flex-col gap-5" id={form} noValidate onSubmit={submit}>
            {!isAboutUrl && <WriteNotices write={write} />}
            <TextField
              autoComplete="off"
              error={isAboutUrl && refusal ? wordDevelopersRefusal(t, refusal) : undefined}
              hint={t('endpoint.urlHint')}
              inputMode="url"
              label={t('endpoint.url')}
              maxLength={2000}
              onChange={(event) => {
                setUrl(event.target.value)
                write.reset() // What was said was about another address.
              }}
              ref={urlField}
              required
              spellCheck={false}
              type="url"
              value={url}
            />
            <TextField
              autoComplete="off"
              label={t('endpoint.description')}
              maxLength={200}
              onChange={(event) => setDescription(event.target.value)}
              optional
              value={description}
            />
            <EventChoice error={lacksEvents && events.length === 0 ? t('refusal.invalid_events') : undefined} onChange={setEvents} value={events} />
          </form>
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {ui('cancel')}
          </Button>
          <Button form={form} pending={write.isPending} type="submit" variant="primary">
            {t(endpoint ? 'endpoint.save' : 'endpoint.create')}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
