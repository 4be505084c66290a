import { parseArgs } from 'node:util'
import { closeDatabase } from '../../db/client'
import { isId } from '../ids'
import { createApiKey, KEY_SCOPES, type KeyScope, revokeApiKey } from './api-keys'

const USAGE = `Usage:
  npm run key -- create --scope ${KEY_SCOPES.join('|')} --label <what it is for>
  npm run key -- revoke <key_…>`

const isScope = (value: string | undefined): value is KeyScope => KEY_SCOPES.some((scope) => scope === value)

/** @returns What to print, or null where it was not asked for rightly. */
async function run(args: string[]): Promise<string | null> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { scope: { type: 'string' }, label: { type: 'string' } } })
  const [command, id] = positionals
  if (command === 'create' && isScope(values.scope) && values.label) {
    const created = await createApiKey({ scope: values.scope, label: values.label })
    return `${created.key}\n\nThis is shown once; Headroom keeps only its hash. To take it back: npm run key -- revoke ${created.id}`
  }
  if (command === 'revoke' && id && isId('key', id)) return (await revokeApiKey(id)) ? `${id} no longer works.` : `${id} is no key that works.`
  return null
}

try {
  const said = await run(process.argv.slice(2)).catch((fault: unknown) => {
    if (fault instanceof TypeError && 'code' in fault) return null // An option that does not exist.
    throw fault
  })
  console.log(said ?? USAGE)
  if (said === null) process.exitCode = 2
} finally {
  await closeDatabase()
}
