import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PORTAL_PAGES, portalPath } from './portal-page'

describe('the pages that a portal session opens', () => {
  it.each(PORTAL_PAGES)('%s is one', (page) => {
    const path = portalPath('acme', page)
    expect(existsSync(`app${path.replace('/acme', '/[org]')}/page.tsx`), path).toBe(true)
  })

  it.each(['', 'nowhere', '../operator', 'operator'])('anything else is the overview: %s', (page) => {
    expect(portalPath('acme', page)).toBe('/acme')
  })
})
