import { cookies } from 'next/headers'
import { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { secondStepPath } from '@/components/layout/routes'
import { noteNextAuthFault } from '@/lib/auth/next-auth-faults'
import { nextAuthOptions } from '@/lib/auth/next-auth-options'
import { publicUrl } from '@/lib/auth/public-url'
import { safeReturnPath } from '@/lib/auth/return-path'
import { beginSecondStep } from '@/lib/auth/second-step'
import { endPresentSession, presentBrowser } from '@/lib/auth/session'
import type { Account } from '@/lib/auth/sign-in'
import { readAtMost } from '@/lib/read-at-most'

type Context = { params: Promise<{ nextauth: string[] }> }

/** Whoever comes from an identity provider, and has a second step, goes on to it; and then to where they wanted to go. */
async function askForCode(account: Pick<Account, 'id' | 'sessionVersion'>): Promise<string> {
  await beginSecondStep(account, 'identity')
  const jar = await cookies()
  const wanted = (jar.get('__Secure-next-auth.callback-url') ?? jar.get('next-auth.callback-url'))?.value
  const next = wanted?.startsWith(`${publicUrl()}/`) ? safeReturnPath(wanted.slice(publicUrl().length)) : '/'
  return `${publicUrl()}${secondStepPath(next)}`
}

/** The largest that anybody sends is a form of an email, a password and a code. */
const BODY_BYTES = 16 * 1024

/** Where next-auth's pages would tell of their own faults, in whatever words; ours tell of none. */
const FAULTS = '_log'

async function handle(request: NextRequest, context: Context): Promise<Response> {
  process.env.NEXTAUTH_URL ??= publicUrl() // It reads its own variable, and would trust the Host header without it.
  const { nextauth } = await context.params
  if (nextauth[0] === FAULTS) return new Response(null, { status: 404 })
  return NextAuth(request, context, nextAuthOptions({ beginSecondStep: askForCode, presentBrowser, endPresentSession })).catch(answerFault)
}

/** What is wrong with us it answers itself; it throws at what it cannot read, and Next would write down what that says as it stands there. */
function answerFault(fault: unknown): Response {
  noteNextAuthFault('UNREADABLE', fault)
  return new Response(null, { status: 400 })
}

/** next-auth reads all of a body, of whatever size, before it asks what it is for. */
async function handlePost(request: NextRequest, context: Context): Promise<Response> {
  const body = await readAtMost(request, BODY_BYTES)
  if (!body) return new Response(null, { status: 413 })
  return handle(new NextRequest(request.url, { method: 'POST', headers: request.headers, body }), context)
}

export { handle as GET, handlePost as POST }
