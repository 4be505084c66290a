import { addPasskeyAction, askForPasskeyAction, askForProofAction, removePasskeyAction, renamePasskeyAction } from '@/app/actions/passkeys'
import { offerSecondFactorAction, renewRecoveryCodesAction, turnOffSecondFactorAction, turnOnSecondFactorAction } from '@/app/actions/second-step'
import { endOtherSessionsAction, endSessionAction } from '@/app/actions/sessions'
import { BillingDetails } from '@/components/payment/billing-details'
import { CardOnFile } from '@/components/payment/card-on-file'
import { UpdateCard } from '@/components/payment/update-card'
import { ChangePassword } from '@/components/settings/change-password'
import { CloseOrganization } from '@/components/settings/close-organization'
import { ClosedLink } from '@/components/settings/closed-link'
import { ForgottenPasswordForm } from '@/components/settings/forgotten-password-form'
import { NewPasswordForm } from '@/components/settings/new-password-form'
import { Passkeys, type PasskeyView } from '@/components/settings/passkeys'
import { RequireSecondStep } from '@/components/settings/require-second-step'
import { SecondStep } from '@/components/settings/second-step'
import { SessionList } from '@/components/settings/session-list'
import { SignInList } from '@/components/settings/sign-in-list'
import { TakeDataAlong } from '@/components/settings/take-data-along'
import { TeamList } from '@/components/team/team-list'
import { TeamSearch } from '@/components/team/team-search'
import { Card } from '@/components/ui/card'
import type { Role } from '@/lib/auth/permissions'
import type { SessionView } from '@/lib/auth/sessions'
import type { SignInView } from '@/lib/auth/sign-ins'
import type { PaymentPageView } from '@/lib/billing/views/payment'
import type { SeatPriceView } from '@/lib/billing/views/seats'
import type { TeamMemberView } from '@/lib/billing/views/team'
import { newId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { ARABIC_NAME, type GalleryArea, LONG_NAME, NOW, ORG, PERIOD } from '../state'

const secondStep = (present: { hasApp: boolean; hasPasskey: boolean; recoveryCodes: number } | null) => (
  <SecondStep
    askPasskey={askForProofAction}
    email="ada@analytical.example"
    offer={offerSecondFactorAction}
    present={present}
    renew={renewRecoveryCodesAction}
    turnOff={turnOffSecondFactorAction}
    turnOn={turnOnSecondFactorAction}
  />
)

const passkeys = (list: readonly PasskeyView[]) => (
  <Passkeys
    add={addPasskeyAction}
    askForNew={askForPasskeyAction}
    askPasskey={askForProofAction}
    email="ada@analytical.example"
    isOn={list.length > 0}
    nameMaximum={60}
    passkeys={list}
    remove={removePasskeyAction}
    rename={renamePasskeyAction}
  />
)

const HERE: SessionView = { id: 'here', browser: 'Firefox', system: 'macOS', address: '203.0.113.7', begunAt: NOW, seenAt: NOW, isPresent: true }
const ELSEWHERE: SessionView[] = [
  { ...HERE, id: 'unknown', browser: null, system: null, address: '2001:db8:85a3:8d3:1319:8a2e:370:7348', isPresent: false },
  { ...HERE, id: 'phone', browser: LONG_NAME, system: 'Android', isPresent: false },
]
const SIGNED_IN: SignInView = {
  id: newId('sgn'),
  way: 'password',
  outcome: 'signed_in',
  at: NOW,
  lastAt: NOW,
  times: 1,
  address: '192.0.2.1',
  browser: 'Firefox',
  system: 'Linux',
}
const SIGN_INS = [
  SIGNED_IN,
  { ...SIGNED_IN, id: newId('sgn'), way: 'code' as const, outcome: 'refused' as const, times: 9, address: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff' },
  {
    ...SIGNED_IN,
    id: newId('sgn'),
    way: 'portal' as const,
    address: '',
    browser: null,
    system: null,
    email: 'a.very.long.address.that.does.not.wrap@subsidiary.analytical.example',
  },
]
const sessions = (list: readonly SessionView[]) => <SessionList end={endSessionAction} endOthers={endOtherSessionsAction} sessions={list} />

const OWNER: TeamMemberView = {
  id: newId('mem'),
  email: 'ada@analytical.example',
  name: 'Ada Lovelace',
  role: 'owner',
  state: { kind: 'joined', since: NOW },
  isLastOwner: true,
}
const INVITED = { kind: 'invited', since: NOW, by: 'Ada Lovelace', expiresAt: PERIOD.end, isExpired: false } as const
const MEMBERS: TeamMemberView[] = [
  OWNER,
  {
    ...OWNER,
    id: newId('mem'),
    email: 'a.very.long.address.that.does.not.wrap@subsidiary.analytical.example',
    name: LONG_NAME,
    role: 'admin',
    isLastOwner: false,
  },
  { ...OWNER, id: newId('mem'), name: ARABIC_NAME, role: 'billing', isLastOwner: false },
  { ...OWNER, id: newId('mem'), name: null, role: 'member', state: INVITED, isLastOwner: false },
  { ...OWNER, id: newId('mem'), name: null, role: 'member', state: { ...INVITED, isExpired: true }, isLastOwner: false },
  { ...OWNER, id: newId('mem'), role: 'member', state: { kind: 'added', since: NOW }, isLastOwner: false },
]
const MANY = Array.from({ length: 100 }, (_, index) => ({ ...OWNER, id: newId('mem'), name: `Person ${index}`, role: 'member' as const, isLastOwner: false }))
export const SEAT_PRICE: SeatPriceView = {
  product: 'Team seats',
  plan: 'Basic',
  currency: 'usd',
  price: minor(12_00),
  interval: 'month',
  roles: ['owner', 'admin', 'member'],
  isTrial: false,
  endsThen: false,
  settledAt: PERIOD.end,
  oneMore: minor(4_80),
  oneFewer: minor(4_80),
}
export { MEMBERS as TEAM, OWNER }

const team = (members: readonly TeamMemberView[], facts: { role?: Role; size?: number; query?: string; seatPrices?: SeatPriceView[] } = {}) => (
  <TeamList
    members={members}
    org={ORG}
    organizationName={LONG_NAME}
    query={facts.query ?? ''}
    seatPrices={facts.seatPrices ?? []}
    size={facts.size ?? members.length}
    viewer={{ memberId: OWNER.id, role: facts.role ?? 'owner' }}
  />
)

const CARD: NonNullable<PaymentPageView['card']> = { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2030, setAt: NOW, condition: 'good' }
const BILLING: PaymentPageView['billing'] = {
  name: LONG_NAME,
  address: 'Straße der Verwaltungsgemeinschaften 123\n10115 Berlin',
  country: 'DE',
  taxId: 'DE000',
  isTaxIdDoubtful: true,
  emails: ['rechnungen@example.com', 'a.very.long.address.that.does.not.wrap@subsidiary.analytical.example'],
  language: 'de',
}
const NOBODY: PaymentPageView['billing'] = { name: 'Acme', address: null, country: null, taxId: null, isTaxIdDoubtful: false, emails: [], language: 'en' }
const COUNTRIES = [
  { value: 'DE', label: 'Germany' },
  { value: 'US', label: 'United States' },
]

export const people: GalleryArea = {
  namespaces: ['team', 'payment', 'settings', 'secondStep', 'passkeys', 'sessions', 'signIns', 'auth'],
  states: [
    { name: 'TeamList: one', card: team([OWNER]) },
    {
      name: 'TeamList: of each kind, by the seat',
      card: team(MEMBERS, { seatPrices: [SEAT_PRICE, { ...SEAT_PRICE, plan: 'Professional', interval: 'year', isTrial: true }] }),
    },
    { name: 'TeamList: no right', card: team(MEMBERS, { role: 'member' }) },
    { name: 'SignInList: none', card: <SignInList signIns={[]} /> },
    { name: 'SignInList: of one, and of many', card: <SignInList signIns={SIGN_INS} /> },
    { name: 'SessionList: here alone', card: sessions([HERE]) },
    { name: 'SessionList: elsewhere too', card: sessions([HERE, ...ELSEWHERE]) },
    { name: 'TeamSearch: nothing typed', card: <TeamSearch org={ORG} query="" /> },
    { name: 'TeamSearch: typed', card: <TeamSearch org={ORG} query={LONG_NAME} /> },
    { name: 'TeamList: a page of 300', card: team(MANY, { size: 300 }) },
    { name: 'TeamList: some found', card: team(MEMBERS, { size: 300, query: 'analytical' }) },
    { name: 'TeamList: nobody found', card: team([], { size: 300, query: LONG_NAME }) },
    ...(['good', 'expires_soon', 'expired', 'refused_for_good'] as const).map((condition) => ({
      name: `CardOnFile: ${condition.replaceAll('_', ' ')}`,
      card: (
        <Card title="—">
          <CardOnFile card={{ ...CARD, condition }} />
        </Card>
      ),
    })),
    { name: 'UpdateCard: the first', card: <UpdateCard amountDue={minor(0)} currency="usd" hasCard={false} next={null} org={ORG} reason={null} /> },
    { name: 'UpdateCard: collects open invoices', card: <UpdateCard amountDue={minor(68_00)} currency="usd" hasCard next={null} org={ORG} reason={null} /> },
    { name: 'UpdateCard: no right', card: <UpdateCard amountDue={minor(0)} currency="usd" hasCard next={null} org={ORG} reason="—" /> },
    { name: 'BillingDetails: all given, the tax id doubtful', card: <BillingDetails billing={BILLING} countries={COUNTRIES} org={ORG} reason={null} /> },
    { name: 'BillingDetails: nothing given', card: <BillingDetails billing={NOBODY} countries={COUNTRIES} org={ORG} reason={null} /> },
    { name: 'BillingDetails: no right', card: <BillingDetails billing={BILLING} countries={COUNTRIES} org={ORG} reason="—" /> },
    { name: 'ChangePassword', card: <ChangePassword email={OWNER.email} maximum={200} minimum={12} /> },
    { name: 'RequireSecondStep: optional', card: <RequireSecondStep isRequired={false} org={ORG} reason={null} /> },
    { name: 'RequireSecondStep: required, and not yours to change', card: <RequireSecondStep isRequired org={ORG} reason="Only an owner can change this." /> },
    { name: 'SecondStep: off', card: secondStep(null) },
    { name: 'SecondStep: on', card: secondStep({ hasApp: true, hasPasskey: false, recoveryCodes: 10 }) },
    { name: 'SecondStep: on by a passkey', card: secondStep({ hasApp: false, hasPasskey: true, recoveryCodes: 9 }) },
    { name: 'SecondStep: on by both', card: secondStep({ hasApp: true, hasPasskey: true, recoveryCodes: 9 }) },
    { name: 'SecondStep: on, no recovery code left', card: secondStep({ hasApp: true, hasPasskey: false, recoveryCodes: 0 }) },
    { name: 'Passkeys: none', card: passkeys([]) },
    {
      name: 'Passkeys: some',
      card: passkeys([
        { id: newId('passkey'), name: LONG_NAME, addedAt: NOW, lastUsedAt: NOW },
        { id: newId('passkey'), name: ARABIC_NAME, addedAt: NOW, lastUsedAt: null },
      ]),
    },
    { name: 'ForgottenPasswordForm', card: <ForgottenPasswordForm /> },
    { name: 'NewPasswordForm', card: <NewPasswordForm maximum={200} minimum={12} token="unknown" /> },
    { name: 'ClosedLink', card: <ClosedLink /> },
    { name: 'TakeDataAlong', card: <TakeDataAlong org={ORG}>{LONG_NAME}</TakeDataAlong> },
    {
      name: 'TakeDataAlong: no right',
      card: (
        <TakeDataAlong org={ORG} reason="—">
          {LONG_NAME}
        </TakeDataAlong>
      ),
    },
    { name: 'CloseOrganization: possible', card: <CloseOrganization eraseDays={30} name={LONG_NAME} org={ORG} reason={null} /> },
    { name: 'CloseOrganization: a paid plan runs', card: <CloseOrganization eraseDays={30} name={LONG_NAME} org={ORG} reason="—" /> },
  ],
}
