import { cookies, headers } from 'next/headers'
import { unstable_rethrow } from 'next/navigation'
import { readLanguageCookie } from '@/lib/auth/language-cookie'
import { getAccount } from '@/lib/auth/session'
import type { Locale } from '@/lib/locale'
import { negotiateLocale } from './negotiate'

/** What the person saved, else what was chosen in this browser, else what the browser asks for, else English. */
export async function viewersLocale(): Promise<Locale> {
  return (await savedLocale()) ?? readLanguageCookie(await cookies()) ?? negotiateLocale((await headers()).get('accept-language'))
}

/** Null also while the database cannot be asked: the page that says so needs words too. */
async function savedLocale(): Promise<Locale | null> {
  try {
    return (await getAccount())?.locale ?? null
  } catch (fault) {
    unstable_rethrow(fault)
    return null
  }
}
