import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lineInputs } from '@/components/messages/en/line-inputs'

/** Where lines are made; only their inputs are named so. */
const SOURCES = ['proration', 'seats', 'rating', 'purchase'].map((file) => readFileSync(new URL(`../../lib/billing/core/${file}.ts`, import.meta.url), 'utf8'))
const NAMES = [...new Set(SOURCES.flatMap((source) => [...source.matchAll(/[\s{]([a-z]+(?:_[a-z]+)+): /g)].map(([, name = '']) => name)))]

describe('the inputs of a line', () => {
  it('are seen', () => {
    expect(NAMES).toEqual(expect.arrayContaining(['unused_days', 'member_ids', 'extra_units', 'period_start']))
  })

  it.each(NAMES)('have words: %s', (name) => {
    expect(Object.keys(lineInputs.name)).toContain(name)
  })
})
