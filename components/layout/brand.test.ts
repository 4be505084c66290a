import { describe, expect, it } from 'vitest'
import { contrast } from '@/lib/contrast'
import { brandStyle } from './brand'

type Rgb = [number, number, number]
const read = (color: string | undefined): Rgb => (color?.match(/\d+/g) ?? []).map(Number) as Rgb
const WHITE: Rgb = [255, 255, 255]
const DARK_SURFACE: Rgb = [24, 25, 30]

describe('brandStyle', () => {
  it.each(['#000000', '#ffffff', '#ffee00', '#00ff00', '#1d4ed8', '#808080', '#ff0055'])('keeps %s legible in both themes', (accent) => {
    const style = brandStyle(accent)
    expect(contrast(read(style['--brand-light']), WHITE)).toBeGreaterThanOrEqual(3)
    expect(contrast(read(style['--brand-light-ink']), WHITE)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(read(style['--brand-light']), read(style['--brand-light-on']))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(read(style['--brand-dark']), DARK_SURFACE)).toBeGreaterThanOrEqual(3)
    expect(contrast(read(style['--brand-dark-ink']), DARK_SURFACE)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(read(style['--brand-dark']), read(style['--brand-dark-on']))).toBeGreaterThanOrEqual(4.5)
  })

  it('leaves a colour that is legible as it is', () => {
    expect(brandStyle('#1d4ed8')['--brand-light']).toBe('rgb(29 78 216)')
  })

  it.each([undefined, '', 'red', '#12345', '#1d4ed8;}body{display:none'])('falls back to our own accent for %s', (accent) => {
    expect(brandStyle(accent)).toEqual({})
  })
})

describe('contrast', () => {
  it('is 21 for black on white and 1 for a colour on itself', () => {
    expect(contrast([0, 0, 0], WHITE)).toBeCloseTo(21)
    expect(contrast([9, 99, 199], [9, 99, 199])).toBe(1)
  })
})
