'use client'

import type { AuthenticationResponseJSON } from '@simplewebauthn/browser'
import { KeyRound } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { type Answer, type AskPasskey, askDevice, type Refused } from './ask-device'
import { wordPasskeyRefusal } from './word-passkey'

type Props = {
  ask: AskPasskey
  pass: (answer: { passkey: AuthenticationResponseJSON }) => Answer<null>
  /** Where to go once in: an address of ours, already checked. */
  next: string
}

/** Signs in by a device of one's own. */
export function PasskeyButton({ ask, pass, next }: Props) {
  const t = useTranslations('passkeys')
  const locale = useLocale()
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)

  async function signIn(): Answer<null> {
    const answered = await askDevice(ask)
    return answered.ok ? pass({ passkey: answered.value }) : answered
  }

  async function press() {
    setPending(true)
    setRefusal(null)
    const answer = await signIn().catch((): Refused => ({ ok: false, error: { code: 'unavailable' } }))
    if (answer.ok) return window.location.assign(next) // A full load: nothing that was kept for nobody is shown to somebody.
    setPending(false)
    setRefusal(wordPasskeyRefusal(t, answer.error, locale))
  }

  return (
    <div className="flex flex-col gap-2.5">
      <Button icon={<KeyRound aria-hidden />} onClick={press} pending={pending} size="lg">
        {t('signIn')}
      </Button>
      {refusal && (
        <Notice live="alert" tone="danger">
          {refusal}
        </Notice>
      )}
    </div>
  )
}
