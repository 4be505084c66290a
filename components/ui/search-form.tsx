import type { Route } from 'next'
import { Button } from './button'
import { LinkButton } from './link-button'
import { TextField } from './text-field'

const LONGEST_QUERY = 200

type Props = { path: Route; query: string; label: string; hint: string; submit: string /** Back to the whole list. */; all: string }

/** The browser's own form: the address says what was looked for, so it can be sent to a colleague, and it works without script. */
export function SearchForm({ path, query, label, hint, submit, all }: Props) {
  return (
    <search>
      <form action={path} className="flex max-w-3xl flex-wrap items-end gap-2" method="get">
        <TextField
          autoComplete="off"
          className="min-w-0 flex-1 basis-56"
          defaultValue={query}
          hint={hint}
          label={label}
          maxLength={LONGEST_QUERY}
          name="q"
          spellCheck={false}
          type="search"
        />
        <div className="flex gap-2 sm:mb-6.5">
          <Button type="submit">{submit}</Button>
          {query && (
            <LinkButton href={path} variant="ghost">
              {all}
            </LinkButton>
          )}
        </div>
      </form>
    </search>
  )
}
