'use client'

import { useMutation } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useId, useRef, useState } from 'react'
import { addMemberAction } from '@/app/actions/team'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import type { Role } from '@/lib/auth/permissions'
import type { SeatPriceView } from '@/lib/billing/views/seats'
import { wordTeamRefusal } from './refusals'
import { RoleChoice } from './role-choice'
import { SeatPrice } from './seat-price'

type Props = { org: string; viewerRole: Role; seatPrices: readonly SeatPriceView[]; onClose: () => void }

/** Mounted only while open, so that what was typed lives for one attempt. */
export function InviteDialog({ org, viewerRole, seatPrices, onClose }: Props) {
  const t = useTranslations('team')
  const ui = useTranslations('ui')
  const locale = useLocale()
  const form = useId()
  const emailField = useRef<HTMLInputElement>(null)
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('member')

  const invite = useMutation({
    mutationFn: () => addMemberAction(org, { email: email.trim(), role, ...(name.trim() && { name: name.trim() }) }),
    onSuccess: (result) => {
      if (!result.ok) return
      void showToast(t('dialog.done', { email: email.trim() }))
      onClose()
    },
  })
  const refusal = invite.data?.ok === false ? invite.data.error : null
  const words = refusal && wordTeamRefusal(t, refusal, { email: email.trim(), locale })
  const isAboutEmail = refusal?.code === 'already_member' || refusal?.code === 'invalid_input'

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!invite.isPending) invite.mutate()
  }

  return (
    <Dialog locked={invite.isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent initialFocus={emailField}>
        <DialogHeader>
          <DialogTitle>{t('dialog.title')}</DialogTitle>
          <DialogDescription>{t('dialog.body')}</DialogDescription>
        </DialogHeader>
        <DialogBody>
          <form className="flex flex-col gap-5" id={form} onSubmit={submit}>
            {words && !isAboutEmail && (
              <Notice live="alert" tone="warning">
                {words}
              </Notice>
            )}
            {invite.isError && (
              <Notice live="alert" tone="danger">
                {t('fault')}
              </Notice>
            )}
            <TextField
              autoComplete="off"
              error={isAboutEmail ? words : undefined}
              inputMode="email"
              label={t('dialog.email')}
              maxLength={320}
              onChange={(event) => setEmail(event.target.value)}
              ref={emailField}
              required
              spellCheck={false}
              type="email"
              value={email}
            />
            <TextField autoComplete="off" label={t('dialog.name')} maxLength={200} onChange={(event) => setName(event.target.value)} optional value={name} />
            <RoleChoice onChange={setRole} value={role} viewerRole={viewerRole} />
            {seatPrices.length > 0 && (
              <p className="text-muted text-sm">
                <SeatPrice change="more" prices={seatPrices} role={role} />
              </p>
            )}
          </form>
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {ui('cancel')}
          </Button>
          <Button form={form} pending={invite.isPending} type="submit" variant="primary">
            {t('dialog.send')}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
