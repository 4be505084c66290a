import { useTranslations } from 'next-intl'
import type { ComponentProps, ComponentType, ReactNode } from 'react'
import { forgottenPasswordPath } from '@/components/layout/routes'
import { TextLink } from '@/components/ui/text-link'
import { Passkeys } from './passkeys'
import { SecondStep } from './second-step'

/** A card, or a part of a page. */
type Frame = ComponentType<{ title: ReactNode; description?: ReactNode; children: ReactNode }>

type Props = {
  frame: Frame
  app: ComponentProps<typeof SecondStep>
  /** Null: browsers give none to this address. */
  passkeys: Omit<ComponentProps<typeof Passkeys>, 'email' | 'askPasskey' | 'isOn'> | null
  hasPassword: boolean
}

/** What one's own second step is made of: an app for codes, and passkeys. Both go with a password. */
export function OwnSecondStep({ frame: Frame, app, passkeys, hasPassword }: Props) {
  const s = useTranslations('secondStep')
  const k = useTranslations('passkeys')
  const t = useTranslations('settings')
  const needsPassword = (
    <p>
      {s('needsPassword')} <TextLink href={forgottenPasswordPath}>{t('choosePassword')}</TextLink>
    </p>
  )
  return (
    <>
      <Frame description={s('hint')} title={s('title')}>
        {hasPassword ? <SecondStep {...app} /> : needsPassword}
      </Frame>
      <Frame description={k('hint')} title={k('title')}>
        {hasPassword && passkeys && <Passkeys {...passkeys} askPasskey={app.askPasskey} email={app.email} isOn={app.present !== null} />}
        {hasPassword && !passkeys && <p>{k('impossible')}</p>}
        {!hasPassword && needsPassword}
      </Frame>
    </>
  )
}
