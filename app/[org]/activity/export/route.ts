import { getLocale, getTranslations } from 'next-intl/server'
import { wordActivity, wordActor, wordChanges } from '@/components/activity/word-activity'
import { getAccount, getPermittedViewer, readPastAs } from '@/lib/auth/session'
import { type ActivityFeed, getActivityFeed } from '@/lib/billing/views/activity-feed'
import { readActivityFilter } from '@/lib/billing/views/activity-filter'
import { csvLine, csvResponse } from '@/lib/csv'

/** So many entries are read at a time, and none is kept. */
const ENTRIES_AT_A_TIME = 200

/** All entries that the page shows with this address, on all of its pages, in the page's words, line by line. */
export async function GET(request: Request, { params }: { params: Promise<{ org: string }> }): Promise<Response> {
  const { org } = await params
  if (!(await getAccount())) return new Response(null, { status: 401 })
  const viewer = await getPermittedViewer(org, 'activity:read')
  if (!viewer) return new Response(null, { status: 404 })
  const filter = readActivityFilter(Object.fromEntries(new URL(request.url).searchParams))
  const [t, locale] = [await getTranslations('activity'), await getLocale()]

  async function* lines(): AsyncGenerator<string> {
    yield csvLine(['at', 'who', 'what', 'changes', 'action', 'id'])
    for (let before: ActivityFeed['next'] | undefined; before !== null; ) {
      const page: ActivityFeed = await readPastAs(viewer as NonNullable<typeof viewer>, (tx, id) =>
        getActivityFeed(tx, id, { limit: ENTRIES_AT_A_TIME, before: before ?? undefined, filter }),
      )
      for (const entry of page.items) {
        yield csvLine([entry.at, wordActor(t, entry), wordActivity(t, entry, locale), wordChanges(t, entry, locale).join('; '), entry.name, entry.id])
      }
      before = page.next
    }
  }
  return csvResponse(`activity-${org}`, lines())
}
