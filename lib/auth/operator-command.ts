import { parseArgs } from 'node:util'
import { z } from 'zod'
import { closeDatabase, inEngine } from '../../db/client'
import type { Result } from '../result'
import {
  forgetOperatorCode,
  inviteOperator,
  linkOperator,
  listOperators,
  OPERATOR_LINK_MINUTES,
  OPERATOR_ROLES,
  type OperatorLink,
  type OperatorRefusal,
  removeOperator,
} from './operators'
import { publicUrl } from './public-url'

const USAGE = `Usage:
  npm run operator -- create you@company.com [--role ${OPERATOR_ROLES.join('|')}]
  npm run operator -- link you@company.com      another link, for a forgotten password
  npm run operator -- forget-code you@company.com   for a lost phone: the password alone opens the desk again
  npm run operator -- remove you@company.com`

const REFUSED: Record<OperatorRefusal['code'] | 'no_second_step', string> = {
  operator_exists: 'is an operator already. For a forgotten password: npm run operator -- link',
  not_found: 'is no operator.',
  last_admin: 'is the only admin who can sign in; make another first.',
  oneself: 'cannot do this to themselves.',
  no_second_step: 'signs in with their password alone already.',
}

const email = z.email().max(320)
const role = z.enum(OPERATOR_ROLES)

/** @returns What to print, or null where it was not asked for rightly. */
async function run(args: string[]): Promise<string | null> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { role: { type: 'string' } } })
  const [command, who, ...more] = positionals
  const person = email.safeParse(who)
  const as = role.safeParse(values.role ?? 'admin')
  if (!person.success || !as.success || more.length > 0) return null
  switch (command) {
    case 'create':
      return wordLink(person.data, await inviteOperator({ email: person.data, role: as.data, invitedBy: 'command line' }))
    case 'link':
      return wordLink(person.data, await linkOperator(person.data))
    case 'forget-code':
      return forgetCode(person.data)
    case 'remove':
      return remove(person.data)
    default:
      return null
  }
}

function wordLink(who: string, made: Result<OperatorLink, OperatorRefusal>): string {
  if (!made.ok) return refused(who, made.error)
  return `${publicUrl()}/operator/link/${made.value.token}\n\nOpen it within ${OPERATOR_LINK_MINUTES} minutes to choose a password for ${made.value.email}. It works once.`
}

async function remove(who: string): Promise<string> {
  const found = (await inEngine(listOperators)).find((operator) => operator.email === who.toLowerCase())
  const removed = found ? await removeOperator(found.id, null) : ({ ok: false, error: { code: 'not_found' } } as const)
  return removed.ok ? `${who} is no operator any more, and is signed out.` : refused(who, removed.error)
}

async function forgetCode(who: string): Promise<string> {
  const forgotten = await forgetOperatorCode(who)
  return forgotten.ok ? `${who} signs in with their password alone, and is signed out. Have them set up another phone.` : refused(who, forgotten.error)
}

function refused(who: string, { code }: { code: keyof typeof REFUSED }): string {
  process.exitCode = 1
  return `${who} ${REFUSED[code]}`
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
