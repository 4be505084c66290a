'use client'

import type { RegistrationResponseJSON } from '@simplewebauthn/browser'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { type AskForNewPasskey, makePasskey, type Refused } from '@/components/auth/ask-device'
import { wordPasskeyRefusal } from '@/components/auth/word-passkey'
import { Button } from '@/components/ui/button'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import { type Answer, type AskPasskey, type Proof, ProofForm } from './proof-form'
import { RecoveryCodes } from './recovery-codes'

/** Instants are ISO 8601. */
export type PasskeyView = { id: string; name: string; addedAt: string; lastUsedAt: string | null }

type Props = {
  email: string
  passkeys: readonly PasskeyView[]
  /** Whether signing in takes two steps already, by whatever. */
  isOn: boolean
  nameMaximum: number
  askPasskey: AskPasskey
  askForNew: AskForNewPasskey<Proof>
  add: (made: { name: string; passkey: RegistrationResponseJSON }) => Answer<{ recoveryCodes: string[] }>
  rename: (given: { passkeyId: string; name: string }) => Answer<null>
  remove: (given: Proof & { passkeyId: string }) => Answer<null>
}

type Doing = { type: 'nothing' } | { type: 'adding' } | { type: 'renaming' | 'removing'; id: string } | { type: 'showing'; codes: readonly string[] }

/** One's own passkeys. */
export function Passkeys(props: Props) {
  const { email, passkeys, isOn, nameMaximum, askPasskey, remove } = props
  const t = useTranslations('passkeys')
  const router = useRouter()
  const [doing, setDoing] = useState<Doing>({ type: 'nothing' })
  const [name, setName] = useState('')
  const [nameMissing, setNameMissing] = useState(false)
  const cancel = () => setDoing({ type: 'nothing' })

  function done() {
    cancel()
    router.refresh()
  }

  async function add(proof: Proof): Promise<{ ok: true } | Refused> {
    const asked = await props.askForNew(proof)
    if (!asked.ok) return asked
    const made = await makePasskey(asked.value)
    if (!made.ok) return made
    const kept = await props.add({ name: name.trim(), passkey: made.value })
    if (!kept.ok) return kept.error.code === 'passkey_refused' ? { ok: false, error: { code: 'not_kept' } } : kept
    const { recoveryCodes } = kept.value
    setDoing(recoveryCodes.length > 0 ? { type: 'showing', codes: recoveryCodes } : { type: 'nothing' })
    router.refresh()
    return kept
  }

  function isNamed(form: HTMLFormElement): boolean {
    setNameMissing(name.trim() === '')
    if (name.trim() === '') form.querySelector<HTMLInputElement>('[name=passkeyName]')?.focus()
    return name.trim() !== ''
  }

  async function end(passkeyId: string, proof: Proof) {
    const answered = await remove({ ...proof, passkeyId })
    if (answered.ok) done()
    return answered
  }

  const form = { email, onCancel: cancel, needsCode: isOn, askPasskey: passkeys.length > 0 ? askPasskey : null }
  if (doing.type === 'showing') return <RecoveryCodes codes={doing.codes} onKept={cancel} />
  if (doing.type === 'adding') {
    return (
      <ProofForm {...form} isComplete={isNamed} send={add} submit={t('add')}>
        <TextField
          autoFocus
          error={nameMissing ? t('nameMissing') : undefined}
          hint={t('nameHint')}
          label={t('name')}
          maxLength={nameMaximum}
          name="passkeyName"
          onChange={(event) => setName(event.target.value)}
          required
          value={name}
        />
      </ProofForm>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      {passkeys.length === 0 ? (
        <p>{t('none')}</p>
      ) : (
        <ul aria-label={t('list')} className="-my-2 divide-y divide-line">
          {passkeys.map((passkey) => (
            <li className="flex flex-col gap-4 py-3" key={passkey.id}>
              <div className="flex flex-wrap items-center justify-between gap-3">
                <PasskeyFacts passkey={passkey} />
                <div className="flex flex-wrap gap-2">
                  <Button aria-label={t('renameNamed', { name: passkey.name })} onClick={() => setDoing({ type: 'renaming', id: passkey.id })} variant="ghost">
                    {t('rename')}
                  </Button>
                  <Button aria-label={t('removeNamed', { name: passkey.name })} onClick={() => setDoing({ type: 'removing', id: passkey.id })} variant="ghost">
                    {t('remove')}
                  </Button>
                </div>
              </div>
              {doing.type === 'renaming' && doing.id === passkey.id && (
                <RenameForm maximum={nameMaximum} onCancel={cancel} onDone={done} passkey={passkey} rename={props.rename} />
              )}
              {doing.type === 'removing' && doing.id === passkey.id && (
                <ProofForm {...form} send={(proof) => end(passkey.id, proof)} submit={t('removeNamed', { name: passkey.name })} />
              )}
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button
          onClick={() => {
            setName('')
            setNameMissing(false)
            setDoing({ type: 'adding' })
          }}
        >
          {t('add')}
        </Button>
      </div>
    </div>
  )
}

function PasskeyFacts({ passkey: { name, addedAt, lastUsedAt } }: { passkey: PasskeyView }) {
  const t = useTranslations('passkeys')
  const locale = useLocale()
  const used = lastUsedAt === null ? t('unused') : t('used', { at: formatInstant(lastUsedAt, locale) })
  return (
    <div className="min-w-0">
      <p className="break-words font-medium">{name}</p>
      <p className="text-muted text-sm">
        {t('added', { at: formatDate(addedAt, locale) })}
        <span aria-hidden> · </span>
        {used}
      </p>
    </div>
  )
}

type RenameProps = { passkey: PasskeyView; maximum: number; rename: Props['rename']; onDone: () => void; onCancel: () => void }

function RenameForm({ passkey, maximum, rename, onDone, onCancel }: RenameProps) {
  const t = useTranslations('passkeys')
  const locale = useLocale()
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Refused['error'] | 'missing' | null>(null)

  async function press(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (pending) return
    const name = String(new FormData(event.currentTarget).get('passkeyName') ?? '').trim()
    if (name === '') return setProblem('missing')
    setPending(true)
    const answer = await rename({ passkeyId: passkey.id, name }).catch((): Refused => ({ ok: false, error: { code: 'unavailable' } }))
    setPending(false)
    if (answer.ok) onDone()
    else setProblem(answer.error)
  }

  return (
    <form className="flex max-w-md flex-col gap-5" method="post" noValidate onSubmit={press}>
      {problem && problem !== 'missing' && (
        <Notice live="alert" tone="danger">
          {wordPasskeyRefusal(t, problem, locale)}
        </Notice>
      )}
      <TextField
        autoFocus
        defaultValue={passkey.name}
        error={problem === 'missing' ? t('nameMissing') : undefined}
        label={t('name')}
        maxLength={maximum}
        name="passkeyName"
        required
      />
      <div className="flex flex-wrap gap-3">
        <Button pending={pending} type="submit" variant="primary">
          {t('save')}
        </Button>
        <Button onClick={onCancel} variant="ghost">
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}
