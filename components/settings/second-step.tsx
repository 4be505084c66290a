'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Copyable } from '@/components/ui/copyable'
import { Notice } from '@/components/ui/notice'
import { type Answer, type AskPasskey, type Proof, ProofForm } from './proof-form'
import { RecoveryCodes } from './recovery-codes'

export type Offer = { secret: string; sealed: string; squares: string; size: number }

type Props = {
  email: string
  /** Null: signing in takes one step. */
  present: { hasApp: boolean; hasPasskey: boolean; recoveryCodes: number } | null
  /** The question to one of their passkeys. */
  askPasskey: AskPasskey
  offer: (nothing: Record<string, never>) => Answer<Offer>
  turnOn: (given: Proof & { sealed: string }) => Answer<{ recoveryCodes: string[] }>
  renew: (proof: Proof) => Answer<{ recoveryCodes: string[] }>
  turnOff: (proof: Proof) => Answer<null>
}

type Doing =
  | { type: 'nothing' }
  | { type: 'setting_up'; offer: Offer }
  | { type: 'renewing' }
  | { type: 'turning_off' }
  | { type: 'showing'; codes: readonly string[] }

/** One's own second step: set up by a code, and changed by one. */
export function SecondStep({ email, present, askPasskey, offer, turnOn, renew, turnOff }: Props) {
  const t = useTranslations('secondStep')
  const router = useRouter()
  const [doing, setDoing] = useState<Doing>({ type: 'nothing' })
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState(false)
  const cancel = () => setDoing({ type: 'nothing' })

  async function begin() {
    setPending(true)
    const answer = await offer({}).catch(() => null)
    setPending(false)
    setProblem(!answer?.ok)
    if (answer?.ok) setDoing({ type: 'setting_up', offer: answer.value })
  }

  async function showCodes(answer: Answer<{ recoveryCodes: string[] }>) {
    const answered = await answer
    if (!answered.ok) return answered
    const codes = answered.value.recoveryCodes
    setDoing(codes.length > 0 ? { type: 'showing', codes } : { type: 'nothing' })
    router.refresh()
    return answered
  }

  async function end(proof: Proof) {
    const answered = await turnOff(proof)
    if (!answered.ok) return answered
    cancel()
    router.refresh()
    return answered
  }

  const form = { email, onCancel: cancel, askPasskey: present?.hasPasskey ? askPasskey : null }
  const offWords = present?.hasPasskey ? t('removeApp') : t('turnOff')
  switch (doing.type) {
    case 'showing':
      return <RecoveryCodes codes={doing.codes} onKept={cancel} />
    case 'setting_up':
      return (
        <ProofForm {...form} isOfNewApp send={(proof) => showCodes(turnOn({ ...proof, sealed: doing.offer.sealed }))} submit={t('turnOn')}>
          <Scan offer={doing.offer} />
        </ProofForm>
      )
    case 'renewing':
      return <ProofForm {...form} send={(proof) => showCodes(renew(proof))} submit={t('renew')} />
    case 'turning_off':
      return <ProofForm {...form} send={end} submit={offWords} />
    default:
      return (
        <div className="flex flex-col gap-4">
          {problem && (
            <Notice live="alert" tone="danger">
              {t('unavailable')}
            </Notice>
          )}
          <p>{present ? t('on', { count: present.recoveryCodes }) : t('off')}</p>
          <div className="flex flex-wrap gap-3">
            {present && <Button onClick={() => setDoing({ type: 'renewing' })}>{t('renew')}</Button>}
            {present?.hasApp ? (
              <Button onClick={() => setDoing({ type: 'turning_off' })}>{offWords}</Button>
            ) : (
              <Button onClick={begin} pending={pending}>
                {present ? t('setUpApp') : t('setUp')}
              </Button>
            )}
          </div>
        </div>
      )
  }
}

/** Black on white in the dark too: cameras read it so. */
function Scan({ offer: { secret, squares, size } }: { offer: Offer }) {
  const t = useTranslations('secondStep')
  return (
    <div className="flex flex-col gap-3">
      <p>{t('scan')}</p>
      <svg aria-label={t('picture')} className="size-48 max-w-full rounded-md" role="img" shapeRendering="crispEdges" viewBox={`0 0 ${size} ${size}`}>
        <rect fill="#fff" height={size} width={size} />
        <path d={squares} fill="#000" />
      </svg>
      <p className="text-muted text-sm">
        {t('orType')} <Copyable label={t('secret')} value={secret} />
      </p>
    </div>
  )
}
