import { getRequestConfig } from 'next-intl/server'
import { messages } from './en'

/**
 * One language for now, so nothing is read from the request and pages stay free to be static. All instants are
 * shown in UTC, as they are billed (C1).
 */
export default getRequestConfig(async () => ({ locale: 'en', timeZone: 'UTC', messages }))
