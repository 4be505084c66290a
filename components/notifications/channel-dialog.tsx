'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useId, useRef, useState } from 'react'
import { connectChannelAction, testChannelAction, updateChannelAction } from '@/app/actions/notifications'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { Disclosure } from '@/components/ui/disclosure'
import { Notice } from '@/components/ui/notice'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import type { ChannelView } from '@/lib/billing/views/notifications-page'
import { wordNotificationRefusal, wordProblem } from './refusals'
import type { TopicKinds } from './topic-kinds'

type Props = {
  org: string
  /** Null: a new one. */
  channel: ChannelView | null
  topics: readonly TopicKinds[]
  expected: Record<ChannelView['service'], string>
  onClose: () => void
}

const SERVICES = ['slack', 'discord', 'telegram'] as const

/** Mounted only while open, so that an address lives no longer than the attempt. */
export function ChannelDialog({ org, channel, topics, expected, onClose }: Props) {
  const router = useRouter()
  const t = useTranslations('notifications')
  const ui = useTranslations('ui')
  const form = useId()
  const nameField = useRef<HTMLInputElement>(null)
  const [service, setService] = useState(channel?.service ?? 'slack')
  const [name, setName] = useState(channel?.name ?? '')
  const [target, setTarget] = useState({ url: '', token: '', chatId: '' })
  const [kinds, setKinds] = useState<readonly ChannelView['kinds'][number][]>(channel?.kinds ?? topics.flatMap((one) => one.kinds))
  const entered = service === 'telegram' ? { token: target.token.trim(), chatId: target.chatId.trim() } : { url: target.url.trim() }
  const isEntered = Object.values(entered).some((value) => value !== '')

  const connect = useMutation({
    mutationFn: async () => {
      const connected = await connectChannelAction(org, { service, name: name.trim(), kinds: [...kinds], target: entered })
      return connected.ok ? { connected, tested: await testChannelAction(org, { channelId: connected.value.id }) } : { connected, tested: null }
    },
    onSuccess: ({ connected, tested }) => {
      if (!connected.ok) return
      if (!tested?.ok) return router.refresh() // It is connected all the same, and the log says what became of the test.
      void showToast(t('dialog.connected', { name: name.trim() }))
      onClose()
    },
  })
  const update = useMutation({
    mutationFn: (channelId: ChannelView['id']) =>
      updateChannelAction(org, { channelId, name: name.trim(), kinds: [...kinds], ...(isEntered && { target: entered }) }),
    onSuccess: (result) => {
      if (!result.ok) return
      void showToast(t('dialog.saved', { name: name.trim() }))
      onClose()
    },
  })
  const isPending = connect.isPending || update.isPending
  const answer = channel ? update.data : connect.data?.connected
  const refusal = answer?.ok === false ? answer.error : null
  const words = refusal && wordNotificationRefusal(t, refusal, service)
  const wrongField = refusal?.code === 'bad_target' ? refusal.field : null
  const untested = connect.data?.tested?.ok === false ? connect.data.tested.error : null
  const errorOf = (field: 'url' | 'token' | 'chatId') => (wrongField === field ? (words ?? undefined) : undefined)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isPending || untested) return
    if (channel) update.mutate(channel.id)
    else connect.mutate()
  }

  return (
    <Dialog locked={isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent initialFocus={nameField}>
        <DialogHeader>
          <DialogTitle>{channel ? t('dialog.editTitle', { name: channel.name }) : t('dialog.connectTitle')}</DialogTitle>
          <DialogDescription>{t(channel ? 'dialog.editBody' : 'dialog.connectBody')}</DialogDescription>
        </DialogHeader>
        <DialogBody>
          <form className="flex flex-col gap-5" id={form} noValidate onSubmit={submit}>
            {words && wrongField === null && refusal?.code !== 'name_taken' && (
              <Notice live="alert" tone="warning">
                {words}
              </Notice>
            )}
            {untested && (
              <Notice live="alert" title={t('testFailed', { name: name.trim() })} tone="warning">
                {untested.code === 'not_delivered' ? wordProblem(t, untested, service) : wordNotificationRefusal(t, untested)}
              </Notice>
            )}
            {(connect.isError || update.isError) && (
              <Notice live="alert" tone="danger">
                {t('fault')}
              </Notice>
            )}
            {!channel && (
              <SegmentedControl
                label={t('dialog.service')}
                onChange={setService}
                segments={SERVICES.map((value) => ({ value, label: t(`services.${value}`) }))}
                value={service}
              />
            )}
            <TextField
              autoComplete="off"
              error={refusal?.code === 'name_taken' ? (words ?? undefined) : undefined}
              hint={t('dialog.nameHint')}
              label={t('dialog.name')}
              maxLength={80}
              onChange={(event) => setName(event.target.value)}
              ref={nameField}
              required
              value={name}
            />
            {service === 'telegram' ? (
              <>
                <TextField
                  {...SECRET}
                  error={errorOf('token')}
                  hint={t('dialog.tokenHint', { expected: '123456789:AA…' })}
                  label={t('dialog.token')}
                  onChange={(event) => setTarget({ ...target, token: event.target.value })}
                  placeholder={channel ? t('dialog.keep') : undefined}
                  required={!channel}
                  value={target.token}
                />
                <TextField
                  {...SECRET}
                  error={errorOf('chatId')}
                  hint={t('dialog.chatIdHint', { expected: '-1001234567890' })}
                  label={t('dialog.chatId')}
                  onChange={(event) => setTarget({ ...target, chatId: event.target.value })}
                  placeholder={channel ? t('dialog.keep') : undefined}
                  required={!channel}
                  value={target.chatId}
                />
              </>
            ) : (
              <TextField
                {...SECRET}
                error={errorOf('url')}
                hint={t(`dialog.${service}Hint`, { expected: expected[service] })}
                inputMode="url"
                label={t(`dialog.${service}Url`)}
                onChange={(event) => setTarget({ ...target, url: event.target.value })}
                placeholder={channel ? t('dialog.keep') : undefined}
                required={!channel}
                value={target.url}
              />
            )}
            <Disclosure aside={t('posts', { count: kinds.length })} summary={t('dialog.what')}>
              <KindChoice kinds={kinds} onChange={setKinds} topics={topics} />
            </Disclosure>
          </form>
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant={untested ? 'primary' : 'ghost'}>
            {untested ? ui('close') : ui('cancel')}
          </Button>
          {!untested && (
            <Button form={form} pending={isPending} type="submit" variant="primary">
              {t(channel ? 'dialog.save' : 'dialog.connect')}
            </Button>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}

/** Typed once and never shown again, so nothing in the browser should remember it. */
const SECRET = { autoCapitalize: 'off', autoComplete: 'off', autoCorrect: 'off', dir: 'ltr', spellCheck: false } as const

type Choice = {
  topics: readonly TopicKinds[]
  kinds: readonly ChannelView['kinds'][number][]
  onChange: (kinds: readonly ChannelView['kinds'][number][]) => void
}

function KindChoice({ topics, kinds, onChange }: Choice) {
  const t = useTranslations('notifications')
  return (
    <div className="flex flex-col gap-4">
      {topics.map((one) => (
        <fieldset className="flex flex-col gap-2" key={one.topic}>
          <legend className="mb-2 font-medium text-sm">{t(`topics.${one.topic}`)}</legend>
          {one.kinds.map((kind) => (
            <Checkbox
              checked={kinds.includes(kind)}
              key={kind}
              label={t(`kinds.${kind}`)}
              onChange={(isChosen) => onChange(isChosen ? [...kinds, kind] : kinds.filter((other) => other !== kind))}
            />
          ))}
        </fieldset>
      ))}
    </div>
  )
}
