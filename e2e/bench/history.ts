import { cookieOf } from '../sign-in'
import { ingestRate } from './ingest'
import { beginLife, KEYS, type Lived, type LongLife, liveOn, seeIds } from './long-life'
import type { Figure } from './measure'
import { PageTimes } from './page-times'
import { type Stage, settle } from './stage'
import { measureYearFile } from './year-file'

const CUSTOMERS = 50
/** A page of each list is full. */
const YOUNG: Lived = { events: 10_000, invoices: 100, entries: 100 }
const OLD: Lived = { events: 20_000_000, invoices: 10_000, entries: 1_000_000 }
const SMALL_OLD: Lived = { events: 50_000, invoices: 3_000, entries: 100_000 }
/** Eleven seconds a page: a quarter of a millisecond more is a miss, and what a machine does beside it comes in bursts of seconds. */
const LOADS = 75
const SMALL_LOADS = 3
/** A page may cost so much more after a long life: by a factor, or by so little that nobody sees it. What would read the life costs far more. */
const MAY_COST = { value: 1.2, smallValue: 4 }
/** 10,000 events leave most of the days of 200 keys empty; 50,000 fill five times as many. */
const USAGE_MAY_COST_SMALL = 12
const MAY_ADD_MS = { value: 0.2, smallValue: 8 }
const DEEP_MAY_COST = { value: 1.5, smallValue: 3 }
const PAGE = 3

type Terms = { seconds: number; isSmall: boolean }
type Visit = { stage: Stage; life: LongLife; cookie: string; loads: number; lived: Lived }

/** Pages, lists, a file and ingest, before and after a long life. */
export async function benchHistory(stage: Stage, { seconds, isSmall }: Terms): Promise<Figure[]> {
  const lived = isSmall ? SMALL_OLD : OLD
  const customers = await stage.customers(CUSTOMERS)
  const of = { ordered: customers.slice(0, CUSTOMERS / 2), random: customers.slice(CUSTOMERS / 2) }
  const rates = async () => ({
    ordered: await ingestRate(stage, of.ordered, { seconds, ids: 'ordered' }),
    random: await ingestRate(stage, of.random, { seconds, ids: 'random' }),
  })
  const life = await beginLife(stage)
  const visit: Visit = { stage, life, cookie: await cookieOf(stage), loads: isSmall ? SMALL_LOADS : LOADS, lived }
  await liveOn(stage.sql, life, { events: 0, invoices: 0, entries: 0 }, YOUNG)
  await settle(stage)
  const young = await timesOf(visit)
  const empty = await rates()
  await liveOn(stage.sql, life, YOUNG, lived)
  await seeIds(stage.sql, { ordered: of.ordered.map(({ id }) => id), random: of.random.map(({ id }) => id) }, lived.events)
  await settle(stage)
  const full = await rates()
  await settle(stage)
  const old = await timesOf(visit)
  return [
    ...Object.keys(pagesOf(life)).map((name) => pageFigure(name, lived, young[name] ?? Number.NaN, old[name] ?? Number.NaN)),
    await deepPage(visit),
    ...(await measureYearFile(stage, life, { cookie: visit.cookie, lines: lived.entries, isSmall })),
    ...(['ordered', 'random'] as const).map((ids) => ({
      section: 'History',
      what: `batches of 100, ${ids} ids, at ${inWords(lived.events)} ids`,
      value: full[ids],
      unit: 'events a second',
      than: { what: 'at none', value: empty[ids], ratio: full[ids] / empty[ids], floor: ids === 'ordered' ? 0.8 : 0.6, smallFloor: 0.2 },
    })),
  ]
}

const inWords = (count: number) => count.toLocaleString('en')

const USAGE = `Usage of a year with ${KEYS} keys`

function pagesOf({ slug }: LongLife): Record<string, string> {
  return { Overview: `/${slug}`, [USAGE]: `/${slug}/bench/usage`, Invoices: `/${slug}/invoices` }
}

async function timesOf({ stage, life, cookie, loads }: Visit): Promise<Record<string, number>> {
  const times = await PageTimes.open(stage, cookie, loads)
  const found: Record<string, number> = {}
  for (const [name, path] of Object.entries(pagesOf(life))) found[name] = await times.page(path)
  await times.close()
  return found
}

function pageFigure(name: string, { events, invoices }: Lived, before: number, after: number): Figure {
  const { value: factor, smallValue } = MAY_COST
  const smallFactor = name === USAGE ? USAGE_MAY_COST_SMALL : smallValue
  const bound = {
    value: Math.max(before * factor, before + MAY_ADD_MS.value),
    smallValue: Math.max(before * smallFactor, before + MAY_ADD_MS.smallValue),
  }
  return {
    section: 'History',
    what: `${name}: the database’s time with ${inWords(events)} events and ${inWords(invoices)} invoices`,
    value: after,
    unit: 'ms',
    than: { what: `with ${inWords(YOUNG.events)} and ${inWords(YOUNG.invoices)}`, value: before, ratio: after / before },
    bound: { type: 'at most', ...bound },
  }
}

/** By key, so that what was read before costs nothing. */
async function deepPage({ stage, life, cookie, loads, lived }: Visit): Promise<Figure> {
  const list = `/organizations/${life.organization}/invoices`
  const page = Math.floor((0.9 * lived.invoices) / PAGE)
  let cursor: string | null = null
  for (let read = 0; read < PAGE * (page - 1); read += 99) cursor = (await readList(stage, `${list}?limit=99${cursor ? `&cursor=${cursor}` : ''}`)).next_cursor
  const times = await PageTimes.open(stage, cookie, loads)
  const first = await times.call(`${list}?limit=${PAGE}`)
  const far = await times.call(`${list}?limit=${PAGE}&cursor=${cursor}`)
  await times.close()
  return {
    ...{ section: 'History', what: `page ${inWords(page)} of the list of invoices: the database’s time`, value: far, unit: 'ms' },
    than: { what: 'page 1', value: first, ratio: far / first },
    bound: { type: 'at most', value: first * DEEP_MAY_COST.value, smallValue: first * DEEP_MAY_COST.smallValue },
  }
}

async function readList({ url, apiKey }: Stage, path: string): Promise<{ next_cursor: string | null }> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${apiKey}` } })
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
  return (await answer.json()) as { next_cursor: string | null }
}
