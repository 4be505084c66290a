import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { auditLog, passkeys, users } from '@/db/schema'
import { type Ceremony, sealChallenge } from '@/lib/auth/passkey-challenge'
import { challengeCookieName } from '@/lib/auth/passkey-cookie'
import { listPasskeys, offerAssertion, offerRegistration } from '@/lib/auth/passkeys'
import { sealFirstStep, secondStepCookieName } from '@/lib/auth/second-step-cookie'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { foundTenant, jar, type Tenant } from '@/lib/auth/testing/acting-people'
import { Authenticator } from '@/lib/auth/testing/authenticator'
import { withPasskey } from '@/lib/auth/testing/passkey'
import { PASSWORD } from '@/lib/auth/testing/team'
import type { Stage } from '@/lib/billing/testing/stage'
import type { Case } from './action-case'

const holderOf = ({ owner, email }: Tenant) => ({ kind: 'person', id: owner, email }) as const
const isSignedIn = async () => (jar.has(sessionCookieName()) ? 1 : 0)
const noted = ({ life }: Tenant, change: string) =>
  inEngine((tx) => tx.$count(auditLog, and(eq(auditLog.organizationId, life.organizationId), eq(auditLog.action, `second_step.${change}`))))

const holdQuestion = async (ceremony: Ceremony, challenge: string) =>
  void jar.set(challengeCookieName(), await sealChallenge(ceremony, { challenge, recoveryHash: null }))

async function holdFirstStep({ owner }: Tenant): Promise<void> {
  const [person] = await inEngine((tx) => tx.select({ sessionVersion: users.sessionVersion }).from(users).where(eq(users.id, owner)))
  jar.set(secondStepCookieName(), await sealFirstStep({ id: owner, sessionVersion: person?.sessionVersion ?? 1 }))
}

/** Signing in with a passkey, and one's own passkeys. */
export const passkeyCases = (stage: Stage): Record<string, Case> => {
  const found = () => foundTenant(stage, { plan: null, card: null })
  async function withOne() {
    const tenant = await found()
    const { device, recoveryCodes } = await withPasskey(holderOf(tenant))
    const [kept] = await listPasskeys(holderOf(tenant))
    if (!kept) throw new Error('no passkey was kept')
    return { tenant, device, code: recoveryCodes[0] ?? '', passkeyId: kept.id }
  }
  return {
    askForPasskeySignInAction: {
      mayRepeat: 'a question changes nothing',
      afterFour: 0,
      prepare: async () => ({ tenant: await found(), input: {}, effects: isSignedIn }),
    },
    signInWithPasskeyAction: {
      prepare: async () => {
        const { tenant, device } = await withOne()
        const { challenge } = await offerAssertion(null)
        const arrive = () => holdQuestion({ of: 'sign_in', kind: 'person' }, challenge)
        return { tenant, input: { passkey: device.answer({ challenge }) }, arrive, effects: isSignedIn }
      },
    },
    askForPasskeyStepAction: {
      mayRepeat: 'a question changes nothing',
      afterFour: 0,
      prepare: async () => {
        const { tenant } = await withOne()
        return { tenant, input: {}, arrive: () => holdFirstStep(tenant), effects: isSignedIn }
      },
    },
    passPasskeyStepAction: {
      prepare: async () => {
        const { tenant, device } = await withOne()
        const holder = holderOf(tenant)
        const { challenge } = await offerAssertion(holder)
        const arrive = async () => {
          await holdFirstStep(tenant)
          await holdQuestion({ of: 'second_step', holder }, challenge)
        }
        return { tenant, input: { passkey: device.answer({ challenge }) }, arrive, effects: isSignedIn }
      },
    },
    askForProofAction: {
      mayRepeat: 'a question changes nothing',
      afterFour: 1,
      prepare: async () => {
        const { tenant } = await withOne()
        return { tenant, input: {}, effects: async () => (jar.has(challengeCookieName()) ? 1 : 0) }
      },
    },
    askForPasskeyAction: {
      mayRepeat: 'a question changes nothing, and the later closes the earlier',
      prepare: async () => ({ tenant: await found(), input: { code: '', password: PASSWORD }, effects: async () => (jar.has(challengeCookieName()) ? 1 : 0) }),
    },
    addPasskeyAction: {
      prepare: async () => {
        const tenant = await found()
        const holder = holderOf(tenant)
        const options = await offerRegistration(holder)
        const arrive = () => holdQuestion({ of: 'registration', holder }, options.challenge)
        return { tenant, input: { name: 'Laptop', passkey: new Authenticator().register(options) }, arrive, effects: () => noted(tenant, 'passkey_added') }
      },
    },
    renamePasskeyAction: {
      mayRepeat: 'the name is the same',
      prepare: async () => {
        const { tenant, passkeyId } = await withOne()
        return {
          tenant,
          input: { passkeyId, name: 'Phone' },
          effects: () => inEngine((tx) => tx.$count(passkeys, and(eq(passkeys.userId, tenant.owner), eq(passkeys.name, 'Phone')))),
        }
      },
    },
    removePasskeyAction: {
      prepare: async () => {
        const { tenant, passkeyId, code } = await withOne()
        return { tenant, input: { passkeyId, code, password: PASSWORD }, effects: () => noted(tenant, 'turned_off') }
      },
    },
  }
}
