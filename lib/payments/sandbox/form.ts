export type FormValue = string | FormValue[] | { [key: string]: FormValue }
export type Form = { [key: string]: FormValue }

const MAXIMUM_DEPTH = 8

/** `a[b][0]` → `['a', 'b', '0']`; null where it is not of that shape. */
function pathOf(name: string): string[] | null {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name)
  if (!match) return null
  const [, head = '', rest = ''] = match
  const path = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? '')]
  return path.length > MAXIMUM_DEPTH ? null : path
}

type Branch = Map<string, Branch | string>

function settle(branch: Branch): FormValue {
  const entries = [...branch].map(([key, value]) => [key, typeof value === 'string' ? value : settle(value)] as const)
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
  return Object.fromEntries(entries) // Own properties even for `__proto__`, so that a name can never reach the prototype.
}

/**
 * Reads a form body or a query in Stripe's encoding: `metadata[a]=1`, `expand[0]=customer`, `expand[]=customer`.
 *
 * Null where a name is malformed or stands both for a value and for a group.
 */
export function parseForm(encoded: string): Form | null {
  const root: Branch = new Map()
  for (const [name, value] of new URLSearchParams(encoded)) {
    const path = pathOf(name)
    if (!path) return null
    let branch = root
    for (const [depth, part] of path.entries()) {
      const key = part === '' ? String(branch.size) : part
      const existing = branch.get(key)
      if (depth === path.length - 1) {
        if (existing !== undefined && typeof existing !== 'string') return null
        branch.set(key, value)
      } else {
        if (typeof existing === 'string') return null
        const next: Branch = existing ?? new Map()
        branch.set(key, next)
        branch = next
      }
    }
  }
  const entries = [...root].map(([key, value]) => [key, typeof value === 'string' ? value : settle(value)] as const)
  return Object.fromEntries(entries)
}
