import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { prepareBrandFiles, readBrandFile } from './brand-files'

const SVG = '<?xml version="1.0"?>\n<!-- a leaf -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(20)])
let directory: string
const file = (name: string, content: string | Buffer) => {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-brand-'))
})
afterAll(() => {
  vi.unstubAllGlobals()
  rmSync(directory, { recursive: true })
})

describe('an operator’s pictures', () => {
  it('are taken in under names that change with their content, and served as what they are', async () => {
    const { variables, warnings } = await prepareBrandFiles(directory, {
      HEADROOM_BRAND_LOGO: file('a.txt', SVG),
      HEADROOM_BRAND_LOGO_DARK: file('b.svg', PNG),
    })
    expect(warnings).toEqual([])
    const { HEADROOM_BRAND_LOGO_FILE: light = '', HEADROOM_BRAND_LOGO_DARK_FILE: dark = '' } = variables
    expect(light).toMatch(/^logo-[0-9a-f]{16}\.svg$/)
    expect(readBrandFile(directory, light)).toEqual({ bytes: Buffer.from(SVG), type: 'image/svg+xml' })
    expect(readBrandFile(directory, dark)).toMatchObject({ type: 'image/png' })
    const changed = await prepareBrandFiles(directory, { HEADROOM_BRAND_LOGO: file('a.txt', `${SVG}\n`) })
    expect(changed.variables.HEADROOM_BRAND_LOGO_FILE).not.toBe(light)
  })

  it.each(['../secrets.json', 'logo-0123456789abcdef.html', 'logo-0123456789abcdef.svg', '', 'logo', '..', '%2e%2e'])('are nothing else: %s', (name) => {
    expect(readBrandFile(directory, name)).toBeNull()
  })

  it.each([
    ['a page', '<!doctype html><svg></svg>', 'HEADROOM_BRAND_LOGO must be an SVG, PNG or WebP picture, and what is there is none of them.'],
    ['nothing', '', 'HEADROOM_BRAND_LOGO must be an SVG, PNG or WebP picture, and what is there is none of them.'],
    ['too much', `${SVG}${' '.repeat(200_000)}`, 'HEADROOM_BRAND_LOGO is larger than 200 KB; every page would load that.'],
  ])('are refused in one sentence: %s', async (_what, content, sentence) => {
    await expect(prepareBrandFiles(directory, { HEADROOM_BRAND_LOGO: file('wrong', content) })).rejects.toThrow(sentence)
  })

  it('are refused where there is no such file', async () => {
    await expect(prepareBrandFiles(directory, { HEADROOM_BRAND_ICON: '/nowhere/icon.svg' })).rejects.toThrow(
      'HEADROOM_BRAND_ICON names the file /nowhere/icon.svg, which cannot be read.',
    )
  })

  it('are fetched once, and shown from here while the other place is down', async () => {
    const answers = [new Response(SVG), new Response(null, { status: 503 }), new Response(null, { status: 404 })]
    vi.stubGlobal('fetch', async () => answers.shift())
    const sources = { HEADROOM_BRAND_LOGO: 'https://example.com/logo.svg' }
    const first = await prepareBrandFiles(directory, sources)
    const second = await prepareBrandFiles(directory, sources)
    expect(second.variables).toEqual(first.variables)
    expect(second.warnings).toEqual([
      'HEADROOM_BRAND_LOGO could not be fetched from https://example.com/logo.svg (status 503). The one that was fetched before is shown.',
    ])
    await expect(prepareBrandFiles(directory, { HEADROOM_BRAND_LOGO: 'https://example.com/other.svg' })).rejects.toThrow('(status 404)')
  })
})
