import type { Locale } from '@/lib/locale'

/** What is said as in English: the product's name, and words that the language has taken over. Every other message has words of its own. */
export const SAME_AS_ENGLISH: Record<Exclude<Locale, 'en'>, readonly string[]> = {
  de: [
    '{count, number} ms',
    'Admin',
    'In UTC.',
    'Limits',
    'Version',
    'Webhooks',
    'Worker',
    'Discord',
    'Slack',
    'Telegram',
    'CSV',
    'Downgrade',
    'Headroom',
    'Limit {limit}',
    'Name',
    'Navigation',
    'PDF',
    'optional',
    'Person',
    'Problem',
    'Sandbox',
    'Status',
    'Support',
    'Team',
    'Upgrade',
  ],
  ja: ['Discord', 'Slack', 'Telegram', 'CSV', 'Headroom', 'PDF'],
  ar: ['Discord', 'Slack', 'Telegram', 'CSV', 'Headroom', 'PDF'],
}
