import { createTranslator } from 'next-intl'
import { describe, expect, it } from 'vitest'
import { messages } from '@/components/messages/en'
import { newId } from '@/lib/ids'
import { type TeamRefusal, wordTeamRefusal } from './refusals'

const t = createTranslator({ locale: 'en', messages, namespace: 'team' }) as unknown as Parameters<typeof wordTeamRefusal>[0]

describe('wordTeamRefusal', () => {
  it.each<{ refusal: TeamRefusal; says: string }>([
    { refusal: { code: 'forbidden', permission: 'members:write' }, says: 'An owner or an admin can do it.' },
    { refusal: { code: 'forbidden', permission: 'owners:write' }, says: 'An owner can do it.' },
    { refusal: { code: 'already_member', memberId: newId('mem') }, says: 'mika@example.com belongs' },
    { refusal: { code: 'invited_recently', retryAt: '2026-05-06T10:31:00Z' }, says: 'from May 6, 2026, 10:31 UTC' },
    { refusal: { code: 'too_many_invitations', retryAt: '2026-05-06T11:00:00Z' }, says: 'from May 6, 2026, 11:00 UTC' },
    { refusal: { code: 'member_not_found' }, says: 'not in the organization any more' },
    { refusal: { code: 'last_owner' }, says: 'keeps at least one owner' },
    { refusal: { code: 'already_joined' }, says: 'joined already' },
    { refusal: { code: 'invalid_input', fields: [] }, says: 'Check the email address' },
    { refusal: { code: 'not_found' }, says: 'not in this organization' },
    { refusal: { code: 'signed_out' }, says: 'Sign in again' },
  ])('says of $refusal.code what would help', ({ refusal, says }) => {
    expect(wordTeamRefusal(t, refusal, { email: 'mika@example.com', locale: 'en' })).toContain(says)
  })
})
