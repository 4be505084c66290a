import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { Client } from 'pg'
import { uuidOf } from '@/lib/ids'
import { addressOfEmbeddedPostgres } from '../lib/platform/embedded-postgres'
import { operatorOf, sitDown } from './desk'
import { expect, test } from './fixtures'

/** What a page may cost. Time depends on the machine; what is asked of the database and sent to the browser does not. */
const TRANSACTIONS = 2 // Who is here, and what they see.
const STATEMENTS: Record<string, number> = {
  '': 24,
  '/api-calls/usage': 21,
  '/api-calls/plan': 20,
  '/api-calls/spending': 19,
  '/credits': 26,
  '/invoices': 21, // What the list can be narrowed by, and what was used over a limit.
  '/payment': 20, // Payments that the bank asks to confirm.
  '/team': 20,
  '/activity': 23,
  '/notifications': 24,
  '/developers': 23,
}
const SCRIPT_BYTES = 210_000

/** What Postgres was told by the sessions of pages, session by session. Superuser: it reads the server's own log. */
class StatementLog {
  private constructor(private readonly owner: Client) {}

  static async open(): Promise<StatementLog> {
    const address = addressOfEmbeddedPostgres(join(process.env.HEADROOM_E2E_DIRECTORY ?? '', 'postgres'))
    if (!address) throw new Error('the product under test has no database of its own')
    const owner = new Client({ connectionString: address })
    await owner.connect()
    await owner.query("ALTER SYSTEM SET log_line_prefix = '%u %p|'")
    await owner.query("ALTER SYSTEM SET log_statement = 'all'")
    await owner.query('SELECT pg_reload_conf()')
    return new StatementLog(owner)
  }

  async close(): Promise<void> {
    await this.owner.query('ALTER SYSTEM RESET log_statement')
    await this.owner.query('SELECT pg_reload_conf()')
    await this.owner.end()
  }

  async #size(): Promise<number> {
    const { rows } = await this.owner.query<{ size: string }>("SELECT (pg_stat_file(current_setting('data_directory') || '/../server.log')).size")
    return Number(rows[0]?.size)
  }

  /** The transactions of web sessions during `work` in which `mentioned` was let in, each as its statements. */
  async during(work: () => Promise<unknown>, mentioned: readonly string[]): Promise<string[][]> {
    const before = await this.#size()
    await work()
    await sleep(300) // The last commit may come after the answer.
    const { rows } = await this.owner.query<{ log: string }>("SELECT pg_read_file(current_setting('data_directory') || '/../server.log', $1, $2) AS log", [
      before,
      (await this.#size()) - before,
    ])
    return transactionsIn(rows[0]?.log ?? '').filter((statements) => mentioned.some((uuid) => statements.join().includes(uuid)))
  }
}

function transactionsIn(log: string): string[][] {
  const running = new Map<string, string[]>()
  const found: string[][] = []
  for (const line of log.split('\n')) {
    const [, session, said = ''] = /^headroom_web (\d+)\|(.*)$/.exec(line) ?? []
    if (!session) continue
    const statement = /^LOG: {2}(?:statement|execute [^:]+): (.*)$/.exec(said)?.[1]
    if (statement?.startsWith('begin')) {
      running.set(session, [])
      found.push(running.get(session) ?? [])
    }
    if (statement) running.get(session)?.push(statement)
    // Who was let in stands in the parameters of the second statement.
    else if (said.startsWith('DETAIL:')) running.get(session)?.push(`${running.get(session)?.pop()} ${said}`)
  }
  return found
}

test('a page asks its database for little, and for all of it in two transactions', async ({ page, newCustomer }) => {
  test.setTimeout(120_000)
  const customer = await newCustomer({ plan: 'basic' })
  await customer.use(25_000)
  await customer.advance(31) // A period has closed: there is a past.
  await customer.use(10)
  const organization = uuidOf('org', customer.id as `org_${string}`)
  const log = await StatementLog.open()
  try {
    await expect // Until the sessions have read the new setting.
      .poll(async () => (await log.during(() => page.request.get(`/${customer.slug}/team`), [organization])).length)
      .toBeGreaterThan(0)
    for (const [path, allowed] of Object.entries(STATEMENTS)) {
      const open = () => page.request.get(`/${customer.slug}${path}`)
      await open()
      const ours = await log.during(async () => expect((await open()).status()).toBe(200), [organization])
      const [, person = ''] = /\$2 = '([0-9a-f-]{36})'/.exec(ours.join()) ?? []
      expect(person, 'the owner is let in with the organization').not.toBe('')
      const all = await log.during(open, [organization, person])
      expect(all.length, `transactions of ${path}:\n${all.map((one) => one.join('\n')).join('\n\n')}`).toBe(TRANSACTIONS)
      expect(all.flat().length, `statements of ${path}:\n${all.flat().join('\n')}`).toBeLessThanOrEqual(allowed)
    }
  } finally {
    await log.close()
  }
})

/** Of each file once: pages share most of theirs. */
const sizes = new Map<string, Promise<number>>()

async function gzipBytes(page: Page, url: string): Promise<number> {
  const response = await page.request.get(url)
  expect(response.status(), url).toBe(200)
  return gzipSync(await response.body()).length
}

/** Gzip bytes of the scripts that a page names itself, which it cannot do without; those for browsers that know no modules are left out. */
async function scriptBytes(page: Page, path: string): Promise<number> {
  const html = await (await page.request.get(path)).text()
  const tags = [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes = '']) => attributes).filter((attributes) => !/\bnomodule\b/i.test(attributes))
  const urls = new Set(tags.flatMap((attributes) => /\bsrc="([^"]+)"/.exec(attributes)?.[1] ?? []))
  expect(urls.size, `scripts of ${path}`).toBeGreaterThan(3)
  let bytes = 0
  for (const url of urls) {
    if (!sizes.has(url)) sizes.set(url, gzipBytes(page, url))
    bytes += (await sizes.get(url)) ?? 0
  }
  return bytes
}

test('no page sends a browser much to run', async ({ page, browser, demo, newCustomer, api }) => {
  test.setTimeout(180_000)
  const customer = await newCustomer({ plan: 'basic' })
  const { body } = await api.call('GET', `/organizations/${customer.id}/invoices`)
  const [invoice] = body.data as { id: string }[]
  const inside = [...Object.keys(STATEMENTS), `/invoices/${invoice?.id}`, '/settings'].map((path) => `/${customer.slug}${path}`)
  const desk = await sitDown(browser, demo.url, operatorOf(demo))
  const organization = `/operator/organizations/${customer.id}`
  const visits = [
    ...['/sign-in', ...inside].map((path) => ({ page, path })),
    ...['/operator', organization, `${organization}/credit`, '/operator/catalog/api-calls', '/operator/health'].map((path) => ({ page: desk, path })),
  ]
  for (const visit of visits) {
    const bytes = await scriptBytes(visit.page, visit.path)
    const place = visit.path.replace(customer.slug, '…').replace(customer.id, '…')
    console.log(`${Math.round(bytes / 1000)} KB of scripts: ${place}`)
    expect.soft(bytes, `gzip bytes of scripts of ${place}`).toBeLessThan(SCRIPT_BYTES)
  }
  await desk.context().close()
})
