import { z } from '@hono/zod-openapi'
import { runBooks } from '../../billing/commands/run-books'
import { listActivity } from '../../billing/views/activity'
import { type BooksView, getBooks, getOrganizationBooks } from '../../billing/views/books'
import { listNotifications } from '../../billing/views/notifications'
import { scrape } from '../../observe/scrape'
import { Halt, invalidRequest, okay } from '../answer'
import { listAnswer, readPage, withLookahead } from '../cursor'
import { pageQuery, text } from '../fields'
import { presentAuditEntry, presentNotification } from '../present/organizations'
import { at } from '../present/values'
import { defineRoute, type Route, readBy, readByOperator, writtenByOperator } from '../route'
import { books } from '../schemas/invoice'
import { auditEntry, notification } from '../schemas/organization'
import { listOf } from '../schemas/shared'
import { resolveOrganizations } from '../tenant'

const area = 'Operation'

const presentBooks = ({ balanced, asOf, entries, organizations, differences }: Omit<BooksView, 'entries'> & { entries: number | null }) => ({
  balanced,
  as_of: at(asOf),
  entries,
  organizations,
  differences,
})

async function runNow(): Promise<BooksView> {
  const run = await runBooks()
  return { ...run, balanced: run.differences.length === 0 }
}

export const operationRoutes: readonly Route[] = [
  defineRoute({
    ...readBy('activity:read'),
    path: '/organizations/{organization}/notifications',
    tenant: 'organization',
    area,
    summary: 'List messages',
    description: 'Every message that was sent, or is to be.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(notification) } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const page = readPage('msg', query)
      const found = await call.readPage(page, (tx) => listNotifications(tx, tenant.organizationId, withLookahead(page)))
      return okay(listAnswer(found, page, presentNotification))
    },
  }),
  defineRoute({
    ...readBy('activity:read'),
    path: '/organizations/{organization}/audit',
    tenant: 'organization',
    area,
    summary: 'List activity',
    description: 'Who did what, when, and what it was before and after.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(auditEntry) } },
    problems: [],
    handle: async (call, { tenant, query }) => {
      const page = readPage('aud', query)
      const found = await call.readPage(page, (tx) => listActivity(tx, tenant.organizationId, withLookahead(page)))
      return okay(listAnswer(found, page, presentAuditEntry))
    },
  }),
  defineRoute({
    ...readByOperator,
    path: '/books',
    tenant: 'none',
    area,
    summary: 'Read the books',
    description:
      'The ledger added up against invoices, payments, credit and usage: the last full run (the first one is made when it is first asked for), or one organization afresh.',
    query: z.strictObject({ organization: text(1, 140).optional() }),
    answers: { 200: { description: 'Whether they balance, and every difference.', schema: books } },
    problems: [],
    handle: async (call, { query: { organization } }) => {
      if (organization === undefined) {
        return okay(presentBooks((await call.read(getBooks)) ?? (await runNow())))
      }
      return call.read(async (tx) => {
        const organizationId = (await resolveOrganizations(tx, new Set([organization]))).get(organization)
        if (!organizationId) throw new Halt(invalidRequest([{ path: 'organization', message: 'there is no such organization' }]))
        return okay(presentBooks({ ...(await getOrganizationBooks(tx, organizationId)), entries: null, organizations: 1 }))
      })
    },
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/books/run',
    tenant: 'none',
    area,
    summary: 'Add the books up now',
    body: z.strictObject({}),
    answers: { 200: { description: 'The run.', schema: books } },
    problems: [],
    handle: async (call) =>
      call.once(null, async () => {
        return okay(presentBooks(await runNow()))
      }),
  }),
  defineRoute({
    ...readByOperator,
    path: '/metrics',
    tenant: 'none',
    area,
    summary: 'Read the metrics',
    description:
      'What an alarm is made of, in the text format of Prometheus: rates and times of this process, and what waits in the database, which every process tells alike.',
    query: z.strictObject({}),
    answers: { 200: { description: 'The metrics.', schema: null, file: 'text/plain', example: 'headroom_database_up 1' } },
    problems: [],
    handle: async () => {
      const { contentType, text: lines } = await scrape()
      return { status: 200, body: new TextEncoder().encode(lines), headers: { 'Content-Type': contentType } }
    },
  }),
]
