import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { benchClient } from './bench/client'
import { benchConsume } from './bench/consume'
import { benchHistory } from './bench/history'
import { benchIngest } from './bench/ingest'
import { INSPECTABLE } from './bench/living-memory'
import type { Figure } from './bench/measure'
import { benchRenewals } from './bench/renewals'
import { type Stage, setStage, settle } from './bench/stage'

/**
 * `npm run bench`: what metering does, beside what it is compared with, in one run on one machine, and the ratio. `npm run bench -- ingest`
 * runs one section; `--seconds 5` is how long each rate is measured; `--write` puts a whole run into the README. Fails where a ratio or a bound
 * is not kept.
 *
 * `--small` is what `npm test` runs, every section of it: that nothing is counted twice or lost, and ratios and bounds that only a mistake
 * misses, for what is short and shares the machine is not measured well. Absolute figures are reported there and not held.
 */
type Terms = { seconds: number; isSmall: boolean }

/** Of a floor, for a short run on a busy machine. */
const SMALL_PART = 0.6

const ON_THE_PRODUCT: Record<string, (stage: Stage, terms: Terms) => Promise<Figure[]>> = {
  ingest: benchIngest,
  consume: benchConsume,
  client: benchClient,
  history: benchHistory,
}
const ON_THEIR_OWN: Record<string, (terms: Terms) => Promise<Figure[]>> = { renewals: benchRenewals }

const given = process.argv.slice(2)
const at = given.indexOf('--seconds')
const terms: Terms = { seconds: at === -1 ? 8 : Number(given[at + 1]), isSmall: given.includes('--small') }
const named = given.filter((name) => name in ON_THE_PRODUCT || name in ON_THEIR_OWN)
const isWanted = (name: string) => named.length === 0 || named.includes(name)

const round = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1))

function floorOf({ than }: Figure): number | undefined {
  if (!terms.isSmall || than?.floor === undefined) return than?.floor
  return than.smallFloor ?? Number((than.floor * SMALL_PART).toFixed(2))
}

/** Undefined: there is none, or a small run does not hold it. */
function boundOf({ bound }: Figure): number | undefined {
  return terms.isSmall ? bound?.smallValue : bound?.value
}

/** What is not a number keeps nothing. */
function isKept(figure: Figure): boolean {
  const { than, bound, value } = figure
  const [floor, limit] = [floorOf(figure), boundOf(figure)]
  if (than && floor !== undefined && !(than.ratio >= floor)) return false
  return limit === undefined || (bound?.type === 'at least' ? value >= limit : value <= limit)
}

function inWords(figure: Figure): string {
  const { section, what, value, unit, than, bound } = figure
  const against = than ? `${round(than.value)}, ${than.what}` : ''
  const [floor, limit] = [floorOf(figure), boundOf(figure)]
  const ratio = than ? than.ratio.toFixed(2) : ''
  const aims = [
    floor === undefined ? '' : `ratio ≥ ${floor}`,
    limit === undefined ? '' : `${bound?.type === 'at least' ? '≥' : '≤'} ${round(limit)} ${bound?.type === 'at least' ? 'a second' : unit}`,
  ]
  const aim = aims.filter(Boolean).join(', ')
  return `| ${section} | ${what} | ${round(value)} ${unit} | ${against} | ${ratio} | ${aim}${isKept(figure) ? '' : ', **missed**'} |`
}

const said: string[] = []
function say(line: string): void {
  said.push(line)
  console.log(line)
}

function tell(figures: readonly Figure[]): void {
  for (const figure of figures) {
    say(inWords(figure))
    if (!isKept(figure)) process.exitCode = 1
  }
}

const REPORT = /(<!-- npm run bench -- --write -->\n).*(<!-- end of the report -->)/s

function writeReport(): void {
  const readme = readFileSync('README.md', 'utf8')
  if (!REPORT.test(readme)) throw new Error('The README has no place for the report.')
  writeFileSync(
    'README.md',
    readme.replace(REPORT, (_, begin: string, end: string) => `${begin}${said.join('\n')}\n\n${end}`),
  )
}

async function benchProduct(): Promise<void> {
  const sections = Object.entries(ON_THE_PRODUCT).filter(([name]) => isWanted(name))
  if (sections.length === 0) return
  const stage = await setStage(INSPECTABLE)
  try {
    for (const [, run] of sections) {
      await settle(stage)
      tell(await run(stage, terms))
    }
  } finally {
    await stage.stop()
  }
}

if (given.includes('--write') && (terms.isSmall || named.length > 0)) throw new Error('What is written is a whole run, not a small one or a part.')
const [cpu] = cpus()
const writtenOutAfter = Number(readFileSync('/proc/sys/vm/dirty_expire_centisecs', 'utf8')) / 100 // How long Linux lets a file's pages lie decides how long commits wait for it.
const commit = given.includes('--write') ? `, commit \`${execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()}\`` : ''
say(
  `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB, Node ${process.version}${commit}, files written out after ${writtenOutAfter} s, ${terms.seconds} s a rate:\n`,
)
say('| | what | measured | compared with | ratio | aim |\n|---|---|---|---|---|---|')
await benchProduct()
for (const [name, run] of Object.entries(ON_THEIR_OWN)) if (isWanted(name)) tell(await run(terms))
if (given.includes('--write')) writeReport()
