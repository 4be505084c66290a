import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from '@playwright/test'
import { findChromium } from '../lib/platform/chromium'
import { freePort } from '../lib/platform/embedded-postgres'
import { runProduct } from './run-product'
import { type SignIn, signIn } from './sign-in'

/**
 * `npm run lighthouse`: what Lighthouse says of the main pages in the production build, signed in as the demo's owner: medians of five runs,
 * on a phone (simulated slow network and processor, Lighthouse's own default) and on a desk. Fails below the floors. The machine should have
 * nothing else to do. Lighthouse is fetched when it is asked for: nobody who only starts Headroom has to install it.
 */
const LIGHTHOUSE = 'lighthouse@13.5.0'
const RUNS = 5
const TRIES = 3
const FLOORS = { performance: 95, accessibility: 100, 'best-practices': 100 } as const
const PAGES = { Overview: '', Usage: '/api-calls/usage', Plan: '/api-calls/plan', Invoices: '/invoices' } as const
const DEVICES = { phone: [], desk: ['--preset=desktop'] } as const

type Category = keyof typeof FLOORS
type Report = { categories: Record<Category, { score: number | null }>; audits: Record<string, { title: string; score: number | null; numericValue?: number }> }
type Row = { page: string; device: string; scores: Record<Category, number>; lcp: number; failed: string[] }

const run = promisify(execFile)
const CATEGORIES = Object.keys(FLOORS) as Category[]

async function measureAll(): Promise<Row[]> {
  const port = await freePort(0)
  if (!port) throw new Error('There is no free port.')
  const browserPath = await findChromium({ withWindow: true })
  const product = await runProduct(port, {})
  const folder = mkdtempSync(join(tmpdir(), 'headroom-lighthouse-'))
  try {
    const demo = JSON.parse(readFileSync(join(product.directory, 'demo.json'), 'utf8')) as { url: string; signIns: SignIn[] }
    const headers = join(folder, 'headers.json')
    writeFileSync(headers, JSON.stringify({ Cookie: await sessionOf(demo, browserPath) }), { mode: 0o600 })
    const rows: Row[] = []
    for (const [device, settings] of Object.entries(DEVICES))
      for (const [page, path] of Object.entries(PAGES)) {
        const reports: Report[] = []
        for (let time = 1; time <= RUNS; time++) {
          reports.push(await measure(`${demo.url}/acme-robotics${path}`, { headers, folder, browserPath, settings }))
          process.stdout.write(`${page}, ${device}: ${time} of ${RUNS}\r`)
        }
        const row = { page, device, ...summarize(reports) }
        rows.push(row)
        console.log(inWords(row))
      }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await product.stop()
  }
}

async function sessionOf(demo: { url: string; signIns: SignIn[] }, executablePath: string): Promise<string> {
  const owner = demo.signIns.find(({ role }) => role.startsWith('owner'))
  if (!owner) throw new Error('The demo has changed: nobody to sign in as.')
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const context = await browser.newContext({ baseURL: demo.url })
    await signIn(await context.newPage(), '/sign-in', owner)
    return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  } finally {
    await browser.close()
  }
}

type How = { headers: string; folder: string; browserPath: string; settings: readonly string[] }

/** Now and then the browser gives Lighthouse no trace; then it is asked again, and that is said. */
async function measure(url: string, how: How): Promise<Report> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await measureOnce(url, how)
    } catch (fault) {
      if (left === 0 || !(fault instanceof Error)) throw fault
      console.error(`Once more: ${fault.message.trim().split('\n').at(-1)}`)
    }
  }
}

async function measureOnce(url: string, { headers, folder, browserPath, settings }: How): Promise<Report> {
  const path = join(folder, 'report.json')
  const flags = ['--headless=new', '--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  const told = ['--quiet', '--output=json', `--output-path=${path}`, `--extra-headers=${headers}`, `--chrome-flags=${flags.join(' ')}`]
  await run('npm', ['exec', '--yes', '--package', LIGHTHOUSE, '--', 'lighthouse', url, `--only-categories=${CATEGORIES.join(',')}`, ...told, ...settings], {
    env: { ...process.env, CHROME_PATH: browserPath },
  })
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report & { finalDisplayedUrl: string }
  if (report.finalDisplayedUrl !== url) throw new Error(`${url} led to ${report.finalDisplayedUrl}`)
  return report
}

function summarize(reports: readonly Report[]): Omit<Row, 'page' | 'device'> {
  const score = (category: Category) => median(reports.map(({ categories }) => Math.round((categories[category].score ?? 0) * 100)))
  const failed = Object.values(reports[0]?.audits ?? {}).filter((audit) => audit.score !== null && audit.score < 0.9)
  return {
    scores: { performance: score('performance'), accessibility: score('accessibility'), 'best-practices': score('best-practices') },
    lcp: median(reports.map(({ audits }) => audits['largest-contentful-paint']?.numericValue ?? Number.NaN)),
    failed: failed.map(({ title }) => title),
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const inWords = ({ page, device, scores, lcp, failed }: Row) =>
  `| ${page} | ${device} | ${CATEGORIES.map((category) => scores[category]).join(' | ')} | ${(lcp / 1000).toFixed(1)} s | ${failed.join('; ')} |`

console.log('| page | device | performance | accessibility | best practices | largest paint | not full marks |\n|---|---|---|---|---|---|---|')
const below = (await measureAll()).flatMap(({ page, device, scores }) =>
  CATEGORIES.filter((category) => scores[category] < FLOORS[category]).map(
    (category) => `${page}, ${device}: ${category} ${scores[category]} < ${FLOORS[category]}`,
  ),
)
for (const line of below) console.error(line)
process.exitCode = below.length > 0 ? 1 : 0
