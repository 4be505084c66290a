import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { nextAuthOptions } from '@/lib/auth/next-auth-options'
import { publicUrl } from '@/lib/auth/public-url'

type Context = { params: Promise<{ nextauth: string[] }> }

async function handle(request: NextRequest, context: Context): Promise<Response> {
  process.env.NEXTAUTH_URL ??= publicUrl() // It reads its own variable, and would trust the Host header without it.
  return NextAuth(request, context, nextAuthOptions())
}

export { handle as GET, handle as POST }
