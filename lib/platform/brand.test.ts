import { wcagContrast } from 'culori'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brandThemes, drawIcon, getBrand } from './brand'
import { brandTones, wordAdjustedAccent } from './brand-tones'

const GROUNDS = { light: ['#ffffff', '#f9fafb', '#f3f4f6'], dark: ['#0e1014', '#18191e', '#26282e'] } as const
const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

describe('an operator’s accent', () => {
  it('whatever it is, can be read in both themes: as text, as a shape, and with text on it', () => {
    fc.assert(
      fc.property(hex, (accent) => {
        for (const theme of ['light', 'dark'] as const) {
          const tones = brandTones(accent, theme)
          expect(wcagContrast(tones.accent, tones.onAccent)).toBeGreaterThanOrEqual(4.5)
          for (const ground of GROUNDS[theme]) {
            expect(wcagContrast(tones.accent, ground), `${accent} on ${ground}`).toBeGreaterThanOrEqual(3)
            expect(wcagContrast(tones.ink, ground), `${accent} as text on ${ground}`).toBeGreaterThanOrEqual(4.5)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('that is legible stays as it is, and nothing is said', () => {
    expect(brandTones('#1D4ED8', 'light').accent).toBe('#1d4ed8')
    expect(wordAdjustedAccent('#8098ff')).toEqual([expect.stringContaining('light theme')])
    expect(wordAdjustedAccent('#6b6bff')).toHaveLength(wordAdjustedAccent('#6B6BFF').length)
  })

  it('keeps its hue where it is moved, and the operator is told to what', () => {
    const [said] = wordAdjustedAccent('#ffee00')
    expect(said).toMatch(/^HEADROOM_ACCENT_COLOR #ffee00 is too light to be read in the light theme, which shows #[\da-f]{6} in its place\.$/)
    const { accent } = brandTones('#ffee00', 'light')
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(accent.slice(at, at + 2), 16)) as [number, number, number]
    expect(Math.min(red, green)).toBeGreaterThan(blue + 60) // Still a yellow.
  })

  it.each([undefined, '', 'red', '#12345', '#1d4ed8;}body{display:none'])('is ours for %s', (accent) => {
    expect(brandThemes({ HEADROOM_ACCENT_COLOR: accent })).toBeNull()
    expect(getBrand({ HEADROOM_ACCENT_COLOR: accent })).toMatchObject({ accent: '#2f4bc7', onAccent: '#ffffff' })
  })
})

describe('a brand', () => {
  it('is ours where nothing is set', () => {
    expect(getBrand({})).toEqual({
      name: 'Headroom',
      accent: '#2f4bc7',
      onAccent: '#ffffff',
      support: null,
      supportHref: null,
      logo: null,
      icon: '/api/brand/icon.svg',
    })
    expect(drawIcon({})).toContain('<title>Headroom</title>')
  })

  it.each([
    ['help@example.com', 'help@example.com', 'mailto:help@example.com'],
    ['https://example.com/support/', 'example.com/support', 'https://example.com/support/'],
  ])('has its support at %s', (HEADROOM_SUPPORT, support, supportHref) => {
    expect(getBrand({ HEADROOM_SUPPORT })).toMatchObject({ support, supportHref })
  })

  it('has an icon of its first letter in its colour, whatever its name is made of', () => {
    const icon = (HEADROOM_BRAND_NAME: string) => drawIcon({ HEADROOM_BRAND_NAME, HEADROOM_ACCENT_COLOR: '#7a1fa2' })
    expect(icon('fennel')).toContain('>F</text>')
    expect(icon('fennel')).toContain('fill:#7a1fa2')
    expect(icon('<script>')).toContain('>&lt;</text>')
    expect(icon('日本')).toContain('>日</text>')
  })
})
