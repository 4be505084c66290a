import type { IntlLocale } from '@/lib/locale'
import type { messages } from './en'

// A key that is not in the catalog, or an argument that its message does not take, fails the type check.
declare module 'next-intl' {
  interface AppConfig {
    Locale: IntlLocale
    Messages: typeof messages
  }
}
