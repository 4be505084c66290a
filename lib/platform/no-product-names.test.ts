import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shippedProducts } from '@/lib/billing/catalog/shipped'

/** What may know the shipped products: their files, what invents customers for a demo, the gallery of components, and whatever tests. */
const KNOWS = /^(lib\/billing\/catalog|db\/seed|app\/gallery)\/|\/testing\/|\.(test|spec)\.tsx?$/
const PRODUCTS = shippedProducts.map(({ id }) => id)
const PLANS = [...new Set(shippedProducts.flatMap(({ plans }) => plans.map(({ id }) => id)))]

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file) && !KNOWS.test(file))
}

/** Without comments, and without what an interface's document shows as an example. */
function codeOf(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '')
    .replaceAll(/example: ?(\{[^{}]*\}|'[^']*')/g, '')
}

const quoted = (ids: readonly string[]) => `['"\`](?:${ids.join('|')})['"\`]`
/** `product.id === 'api-calls'`, `case 'api-calls'`, `['api-calls'].includes(…)`: any mention of a product. */
const MENTIONS_PRODUCT = new RegExp(quoted(PRODUCTS))
/** Plans are called by common words, so only where something is compared with one, or looked up by it. */
const ASKS_FOR_PLAN = new RegExp(
  [
    `\\bplan\\w*(?:\\.(?:id|name))?\\)?\\s*[!=]==?\\s*${quoted(PLANS)}`,
    `${quoted(PLANS)}\\s*[!=]==?\\s*\\w*\\.?plan`,
    `(?:findPlan|planOf)\\([^)]*${quoted(PLANS)}`,
    `plans?\\.(?:find|some|filter)\\([^=]*=>\\s*\\w*\\.?id\\s*[!=]==?\\s*${quoted(PLANS)}`,
  ].join('|'),
  'i',
)

function asksForNames(source: string): boolean {
  const code = codeOf(source)
  return MENTIONS_PRODUCT.test(code) || ASKS_FOR_PLAN.test(code)
}

describe('no code asks for a product’s or a plan’s name', () => {
  it('in lib, db, app and components', () => {
    const files = ['lib', 'db', 'app', 'components'].flatMap(sourcesIn)
    expect(files.length).toBeGreaterThan(300)
    expect(files.filter((file) => asksForNames(readFileSync(file, 'utf8')))).toEqual([])
  })

  it.each([
    `if (product.id === 'api-calls') return 1`,
    `switch (product.id) { case "team-seats": return 1 }`,
    `const special = ['scrape-credits'].includes(id)`,
    `if (holding.terms.plan.id !== 'free') charge()`,
    `if ('enterprise' === plan) charge()`,
    `const plan = findPlan(product, 'pro')`,
    `product.plans.find((one) => one.id === 'hobby')`,
  ])('would find %s', (code) => {
    expect(asksForNames(code)).toBe(true)
  })

  it.each([
    `// as in 'api-calls'`,
    `/** plan.id === 'free' */ const x = 1`,
    `z.string().openapi({ example: 'api-calls' })`,
    `if (plan.overLimit.type === 'block') stop()`,
  ])('passes over %s', (code) => {
    expect(asksForNames(code)).toBe(false)
  })
})
