import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RESERVED_SLUGS, slugOf } from './organization-slug'

const APP = join(import.meta.dirname, '../../../../app')

/** What stands first in an address: `(auth)/sign-in` is `/sign-in`, `[org]` is whatever is left. */
function topLevelRoutes(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || entry.name.startsWith('_') || entry.name.startsWith('[') || entry.name.startsWith('@')) return []
    return entry.name.startsWith('(') ? topLevelRoutes(join(folder, entry.name)) : [entry.name]
  })
}

describe('an organization’s address', () => {
  it.each([
    ['Acme', 'acme'],
    ['Ünïted Tea & Co.', 'united-tea-co'],
    ['  --Rocket--  ', 'rocket'],
    ['日本', 'organization'],
    ['!!!', 'organization'],
    ['A'.repeat(90), 'a'.repeat(40)],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
    ['ﬁne 2°', 'fine-2'],
  ])('%s is at /%s', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
    expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('is never one of our own routes', () => {
    const routes = topLevelRoutes(APP)
    expect(routes).toContain('sign-in')
    expect(routes.filter((route) => !RESERVED_SLUGS.has(route))).toEqual([])
  })
})
