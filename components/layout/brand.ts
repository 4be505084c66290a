import type { BrandTones } from '@/lib/platform/brand-tones'

/** The custom properties by which an operator's one colour becomes the accent of both themes; without one `globals.css` has ours. */
export function brandStyle(themes: Record<'light' | 'dark', BrandTones> | null): Record<`--brand-${string}`, string> {
  if (!themes) return {}
  const { light, dark } = themes
  return {
    '--brand-light': light.accent,
    '--brand-light-ink': light.ink,
    '--brand-light-on': light.onAccent,
    '--brand-dark': dark.accent,
    '--brand-dark-ink': dark.ink,
    '--brand-dark-on': dark.onAccent,
  }
}
