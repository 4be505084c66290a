import { z } from '@hono/zod-openapi'
import { portalToken } from '../../auth/portal-address'
import { PORTAL_PAGES } from '../../auth/portal-page'
import { publicUrl } from '../../auth/public-url'
import { isAllowedReturnUrl, readReturnUrls } from '../../auth/return-urls'
import { createPortalSession } from '../../billing/commands/create-portal-session'
import { isId, type PortalSessionId } from '../../ids'
import { type Answer, created, Halt, invalidRequest, notFound } from '../answer'
import type { ProblemCode } from '../codes'
import { text } from '../fields'
import { at } from '../present/values'
import { defineRoute, type Route, writtenByOperator } from '../route'
import { portalSession } from '../schemas/organization'
import { resolveOrganizations } from '../tenant'

const URL_LENGTH = 2_000

/** Before the database is asked: a slip in it is the caller's own. */
function requireAllowed(returnUrl: string | undefined): void {
  const allowed = readReturnUrls(process.env.HEADROOM_RETURN_URLS)
  if (returnUrl === undefined || isAllowedReturnUrl(returnUrl, allowed)) return
  const message =
    allowed.length === 0
      ? 'is not allowed: HEADROOM_RETURN_URLS lists no address'
      : `must be, or lie below, one of those in HEADROOM_RETURN_URLS: ${allowed.map(({ href }) => href).join(', ')}`
  throw new Halt(invalidRequest([{ path: 'return_url', message }]))
}

/** The signature is put in only as the answer leaves, so that what is remembered under an idempotency key opens nothing. */
function withAddress<Code extends ProblemCode>(answer: Answer<Code>): Answer<Code> {
  if (answer.status !== 201) return answer
  const { id, expires_at } = answer.body as { id: PortalSessionId; expires_at: string }
  return { ...answer, body: { url: `${publicUrl()}/sign-in/portal/${portalToken(id)}`, expires_at } }
}

export const portalSessionRoutes: readonly Route[] = [
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/portal_sessions',
    tenant: 'none',
    area: 'Members',
    summary: 'Sign a member in',
    description:
      'For a member whom your own product has signed in: send their browser to `url`. It works once, within five minutes, and opens this organization only. With `return_url`, which must be one of those that the installation allows, the pages lead back to you.',
    body: z.strictObject({
      organization: text(1, 140).openapi({ example: 'org_01kbp4x5mve8jbdk2g3tqh1s7n', description: 'Its id, or `ext:` and your own.' }),
      member: text(1, 140).openapi({ example: 'mem_01kbp4x5mve8jbdk2g3tqh1s7n' }),
      return_url: text(1, URL_LENGTH).optional().openapi({ example: 'https://app.example.com/account' }),
      page: z.enum(PORTAL_PAGES).optional().openapi({ description: 'What it opens; left out: the overview.', example: 'plan' }),
    }),
    answers: { 201: { description: 'Where to send the browser.', schema: portalSession } },
    problems: ['not_found'],
    handle: async (call, { body }) => {
      requireAllowed(body.return_url)
      const { member: memberId } = body
      const organizationId = (await call.read((tx) => resolveOrganizations(tx, new Set([body.organization])))).get(body.organization)
      if (!organizationId) return notFound('There is no such organization.')
      if (!isId('mem', memberId)) return notFound('There is no such member.')
      const answer = await call.command(organizationId, async (context) => {
        const made = await createPortalSession(context, { organizationId, memberId, page: body.page ?? 'overview', returnUrl: body.return_url ?? null })
        return made.ok ? created({ id: made.value.id, expires_at: at(made.value.expiresAt) }) : notFound('There is no such member in this organization.')
      })
      return withAddress(answer)
    },
  }),
]
