import { ActivityFilters } from '@/components/activity/activity-filters'
import { ActivityByDay, ActivityList } from '@/components/activity/activity-list'
import { RecentActivity } from '@/components/overview/recent-activity'
import { Card } from '@/components/ui/card'
import { ACTIVITY_ACTIONS, type ActivityEntryView, type ActivityFacts } from '@/lib/billing/views/activity-feed'
import { newId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { ARABIC_NAME, type GalleryArea, JAPANESE_NAME, LONG_NAME, ORG, PERIOD } from '../state'

const FACTS: ActivityFacts = {
  product: 'API calls',
  fromPlan: 'Basic',
  toPlan: 'Pro',
  at: PERIOD.end,
  reason: 'card_declined',
  planName: LONG_NAME,
  label: 'production',
  hint: '7f3a',
  url: `https://example.com/${'hooks-of-the-billing-system/'.repeat(4)}`,
  document: { id: newId('inv'), number: 'INV-000114' },
  amount: minor(13_33),
  currency: 'usd',
  card: { brand: 'visa', last4: '4242' },
  changes: [],
  person: 'Grace Hopper',
  fromRole: 'member',
  toRole: 'admin',
}
const ACTORS: ActivityEntryView['actor'][] = [
  { kind: 'member', name: 'Ada Lovelace' },
  { kind: 'system' },
  { kind: 'operator' },
  { kind: 'member', name: ARABIC_NAME },
  { kind: 'member', name: null },
  { kind: 'member', name: LONG_NAME },
]
const MINUTES = 60

/** One of each kind, by everybody in turn. */
const ENTRIES: ActivityEntryView[] = [...ACTIVITY_ACTIONS, null].map((action, index) => ({
  id: newId('aud'),
  at: `2026-05-${19 - Math.floor(index / 15)}T14:${String(index % MINUTES).padStart(2, '0')}:00Z`,
  actor: ACTORS[index % ACTORS.length] ?? { kind: 'system' },
  action,
  name: action ?? 'something.new',
  facts: FACTS,
}))
const PEOPLE = [LONG_NAME, ARABIC_NAME, JAPANESE_NAME].map((name, index) => ({ id: `${index}`, name }))
export const SAMPLE_ENTRY = ENTRIES[0] as ActivityEntryView

export const activity: GalleryArea = {
  namespaces: ['activity'],
  states: [
    { name: 'RecentActivity: a few', card: <RecentActivity entries={ENTRIES.slice(0, 5)} org={ORG} /> },
    { name: 'RecentActivity: nothing', card: <RecentActivity entries={[]} org={ORG} /> },
    {
      name: 'ActivityByDay: one of every kind',
      card: (
        <Card flush title="—">
          <ActivityFilters asked={{}} org={ORG} people={PEOPLE} />
          <ActivityByDay entries={ENTRIES} org={ORG} />
        </Card>
      ),
    },
    {
      name: 'ActivityList: nothing fits',
      card: (
        <Card flush title="—">
          <ActivityFilters asked={{ kind: 'plan' }} org={ORG} people={PEOPLE} />
          <ActivityList entries={[]} isNarrowed org={ORG} />
        </Card>
      ),
    },
  ],
}
