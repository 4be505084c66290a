import clsx from 'clsx'

/** Stands for a picture: the first letters of the first and the last word. Drawn by the style sheet, for what a button shows it must also be called (WCAG 2.5.3). */
export function Initials({ name, shape = 'round' }: { name: string; shape?: 'round' | 'square' }) {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => Array.from(word ?? '')[0] ?? '').join('')
  return (
    <span
      aria-hidden
      className={clsx(
        'before:content-[attr(data-letters)]',
        'inline-flex size-6 shrink-0 items-center justify-center border border-line bg-pressed font-semibold text-[0.625rem] text-ink uppercase',
        shape === 'round' ? 'rounded-full' : 'rounded-md',
      )}
      data-letters={letters}
    />
  )
}
