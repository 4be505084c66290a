import { cpus, totalmem } from 'node:os'
import { benchClient } from './bench/client'
import { benchConsume } from './bench/consume'
import { benchIngest } from './bench/ingest'
import type { Figure } from './bench/measure'
import { benchRenewals } from './bench/renewals'
import { type Stage, setStage } from './bench/stage'

/**
 * `npm run bench`: what metering does, beside what it is compared with, in one run on one machine, and the ratio. `npm run bench -- ingest`
 * runs one section; `--seconds 5` is how long each rate is measured, `--small` a size for every day. Fails where a ratio or a bound is not kept.
 */
type Terms = { seconds: number; isSmall: boolean }

const ON_THE_PRODUCT: Record<string, (stage: Stage, terms: Terms) => Promise<Figure[]>> = { ingest: benchIngest, consume: benchConsume, client: benchClient }
const ON_THEIR_OWN: Record<string, (terms: Terms) => Promise<Figure[]>> = { renewals: benchRenewals }

const given = process.argv.slice(2)
const at = given.indexOf('--seconds')
const terms: Terms = { seconds: at === -1 ? 10 : Number(given[at + 1]), isSmall: given.includes('--small') }
const named = given.filter((name) => name in ON_THE_PRODUCT || name in ON_THEIR_OWN)
const isWanted = (name: string) => named.length === 0 || named.includes(name)

const round = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1))

function isKept({ than, bound, value }: Figure): boolean {
  if (than && than.ratio < than.floor) return false
  return !bound || (bound.type === 'at least' ? value >= bound.value : value <= bound.value)
}

function inWords(figure: Figure): string {
  const { section, what, value, unit, than, bound } = figure
  const against = than ? `${round(than.value)} (${than.what})` : ''
  const ratio = than ? `${than.ratio.toFixed(2)} ≥ ${than.floor}` : ''
  const bounded = bound ? `${bound.type === 'at least' ? '≥' : '≤'} ${round(bound.value)}` : ''
  return `| ${section} | ${what} | ${round(value)} ${unit} | ${against} | ${ratio} | ${bounded} | ${isKept(figure) ? 'kept' : '**not kept**'} |`
}

function tell(figures: readonly Figure[]): void {
  for (const figure of figures) {
    console.log(inWords(figure))
    if (!isKept(figure)) process.exitCode = 1
  }
}

async function benchProduct(): Promise<void> {
  const sections = Object.entries(ON_THE_PRODUCT).filter(([name]) => isWanted(name))
  if (sections.length === 0) return
  const stage = await setStage()
  try {
    for (const [, run] of sections) tell(await run(stage, terms))
  } finally {
    await stage.stop()
  }
}

const [cpu] = cpus()
console.log(`${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB, Node ${process.version}; ${terms.seconds} s a rate\n`)
console.log('| | what | measured | compared with | ratio | bound | |\n|---|---|---|---|---|---|---|')
await benchProduct()
for (const [name, run] of Object.entries(ON_THEIR_OWN)) if (isWanted(name)) tell(await run(terms))
