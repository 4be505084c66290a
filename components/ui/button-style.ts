import clsx from 'clsx'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md' | 'lg'

const BASE =
  'inline-flex max-w-full shrink-0 select-none items-center justify-center gap-2 rounded-md border font-medium transition-colors duration-100 ' +
  'aria-disabled:cursor-not-allowed [&_svg]:size-4 [&_svg]:shrink-0'

const SIZES: Record<ButtonSize, string> = {
  sm: 'min-h-8 px-2.5 py-1 text-sm',
  md: 'min-h-9 px-3.5 py-1.5 text-sm',
  lg: 'min-h-11 px-5 py-2 text-base',
}

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent text-on-accent shadow-control hover:bg-accent-hover',
  secondary: 'border-line bg-surface text-ink shadow-control hover:border-line-strong hover:bg-sunken',
  ghost: 'border-transparent text-ink hover:bg-sunken data-popup-open:bg-sunken',
  danger: 'border-transparent bg-danger text-on-danger shadow-control hover:bg-danger-hover',
}

const BLOCKED = 'border-line bg-sunken text-muted'

/** The look of everything pressed: `Button`, `LinkButton`, triggers of menus. */
export function buttonStyle({
  variant = 'secondary',
  size = 'md',
  blocked = false,
}: {
  variant?: ButtonVariant | undefined
  size?: ButtonSize | undefined
  blocked?: boolean
}): string {
  return clsx(BASE, SIZES[size], blocked ? BLOCKED : VARIANTS[variant])
}
