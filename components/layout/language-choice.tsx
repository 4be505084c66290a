'use client'

import { Languages } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useId } from 'react'
import { chooseLanguageAction } from '@/app/actions/account'
import { buttonStyle } from '@/components/ui/button-style'
import { Flyout, FlyoutButton, FlyoutHeading } from '@/components/ui/flyout'
import { showToast } from '@/components/ui/toast'
import { LANGUAGE_NAMES, LOCALES, type Locale, languageOf } from '@/lib/locale'

/** The languages of the page, each in its own words, inside a `Flyout`. Buttons, because moving along radio buttons would turn the page over. */
export function LanguageChoice() {
  const t = useTranslations('shell')
  const present = languageOf(useLocale())
  const heading = useId()

  async function choose(locale: Locale) {
    const chosen = await chooseLanguageAction({ locale }).catch(() => null)
    if (!chosen?.ok) await showToast(t('languageFailed'))
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups inputs; these are buttons.
    <div aria-labelledby={heading} role="group">
      <FlyoutHeading id={heading}>{t('language')}</FlyoutHeading>
      {LOCALES.map((locale) => (
        <FlyoutButton current={locale === present} key={locale} onPress={() => void choose(locale)}>
          <bdi lang={locale}>{LANGUAGE_NAMES[locale]}</bdi>
        </FlyoutButton>
      ))}
    </div>
  )
}

/** The same behind a button of its own, for pages without a user menu. */
export function LanguageMenu() {
  const t = useTranslations('shell')
  const name = LANGUAGE_NAMES[languageOf(useLocale())]
  return (
    <Flyout
      align="end"
      className="w-44"
      label={t('languageNow', { name })}
      trigger={
        <>
          <Languages aria-hidden />
          {name}
        </>
      }
      triggerClassName={buttonStyle({ variant: 'ghost', size: 'sm' })}
    >
      <LanguageChoice />
    </Flyout>
  )
}
