import { z } from '@hono/zod-openapi'
import type { Transaction } from '../../../db/client'
import { beginExport } from '../../billing/commands/begin-export'
import { createOrganization } from '../../billing/commands/create-organization'
import { deleteOrganization } from '../../billing/commands/delete-organization'
import { type UpdateOrganization, updateOrganization } from '../../billing/commands/update-organization'
import { findOrganization, listOrganizations } from '../../billing/views/organizations'
import { exportByEngine } from '../../export/export-by-engine'
import { inTurn } from '../../export/in-turn'
import { type ExportId, isId, type OrganizationId } from '../../ids'
import { type Answer, created, Halt, invalidRequest, noContent, notFound, okay, problem, type Success, streamedFile } from '../answer'
import { listAnswer, readPage, withLookahead } from '../cursor'
import { country, currency, email, externalId, instantField, metadata, name, pageQuery, text } from '../fields'
import { presentOrganization } from '../present/organizations'
import { refusalAnswer } from '../refusals'
import { defineRoute, type Route, readBy, readByOperator, writtenBy, writtenByOperator } from '../route'
import { documentLanguage, organization } from '../schemas/organization'
import { listOf } from '../schemas/shared'

const area = 'Organizations'
const ZIP = 'application/zip'
const NAME_LENGTH = 200
const TRUST_TIERS = { min: 1, max: 5 }

const trustTier = z.int().min(TRUST_TIERS.min).max(TRUST_TIERS.max)

const newOrganization = z.strictObject({
  name: name(NAME_LENGTH).openapi({ example: 'Acme' }),
  owner: z.strictObject({ email, name: name(NAME_LENGTH).optional() }),
  currency: currency.default('usd'),
  country: country.optional(),
  test_clock: z.string().max(64).optional().openapi({ description: 'It lives in this clock’s time.' }),
  registered_at: instantField.optional(),
  trust_tier: trustTier.optional(),
  external_id: externalId
    .optional()
    .openapi({ description: 'Your own id. Creating again with the same one and owner answers the organization that is there.' }),
  metadata: metadata.optional(),
  invite: z.boolean().optional().openapi({ description: 'False: the owner belongs at once and gets no mail.' }),
})

/** Null takes a detail away. */
const billing = z.strictObject({
  name: name(NAME_LENGTH).nullable().optional(),
  address: text(1, 1_000).nullable().optional(),
  country: country.nullable().optional(),
  tax_id: text(1, 64).nullable().optional(),
  emails: z.array(email).max(10).nullable().optional(),
})

const changes = z.strictObject({
  name: name(NAME_LENGTH).optional(),
  country: country.nullable().optional(),
  billing: billing.optional(),
  language: documentLanguage.optional().openapi({ description: 'Of the documents that are issued from now on, and of the texts of this interface.' }),
  external_id: externalId.nullable().optional(),
  metadata: metadata.optional(),
  trust_tier: trustTier.optional(),
})

/** What the operator knows the customer by; no member changes it. */
const OPERATOR_FIELDS = ['external_id', 'metadata', 'trust_tier'] as const

/** What was named, also with null. */
function named<Facts extends object>(facts: Facts) {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as { [Name in keyof Facts]?: Exclude<Facts[Name], undefined> }
}

function toUpdate(organizationId: OrganizationId, body: z.output<typeof changes>): UpdateOrganization {
  const { external_id, trust_tier, billing: details, ...rest } = body
  const { tax_id, ...plain } = details ?? {}
  const billing = details && named({ ...plain, taxId: tax_id })
  return { organizationId, ...named({ ...rest, billing, externalId: external_id, trustTier: trust_tier }) }
}

async function answerWith(tx: Transaction, id: OrganizationId, toAnswer: (body: unknown) => Success = okay): Promise<Answer<'not_found'>> {
  const found = await findOrganization(tx, id)
  return found ? toAnswer(presentOrganization(found)) : notFound()
}

export const organizationRoutes: readonly Route[] = [
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/organizations',
    tenant: 'none',
    area,
    summary: 'Create an organization',
    body: newOrganization,
    answers: {
      201: { description: 'The organization.', schema: organization },
      200: { description: 'It was there already, with this external id and owner.', schema: organization },
    },
    problems: ['external_id_taken'],
    handle: async (call, { body }) => {
      const { owner, test_clock, registered_at, trust_tier, external_id, ...rest } = body
      const testClockId = test_clock ?? null
      if (testClockId !== null && !isId('clock', testClockId))
        throw new Halt(invalidRequest([{ path: 'test_clock', message: 'must be the id of a test clock' }]))
      return call.command(null, async (context) => {
        const made = await createOrganization(context, {
          name: rest.name,
          owner: { email: owner.email, name: owner.name ?? null },
          currency: rest.currency,
          country: rest.country ?? null,
          testClockId,
          externalId: external_id ?? null,
          metadata: rest.metadata ?? {},
          invite: rest.invite ?? true,
          ...(registered_at && { registeredAt: registered_at }),
          ...(trust_tier !== undefined && { trustTier: trust_tier }),
        })
        if (!made.ok) return refusalAnswer(made.error)
        return answerWith(context.tx, made.value.organization.id, made.value.created ? created : okay)
      })
    },
  }),
  defineRoute({
    ...readByOperator,
    path: '/organizations',
    tenant: 'none',
    area,
    summary: 'List or search organizations',
    query: z.strictObject({
      ...pageQuery,
      q: text(1, 200).optional().openapi({ description: 'Part of a name, of an address or of an external id.' }),
      external_id: externalId.optional(),
    }),
    answers: { 200: { description: 'Newest first.', schema: listOf(organization) } },
    problems: [],
    handle: async (call, { query }) => {
      const page = readPage('org', query)
      const wanted = {
        ...withLookahead(page),
        ...(query.q !== undefined && { query: query.q }),
        ...(query.external_id !== undefined && { externalId: query.external_id }),
      }
      const found = await call.read((tx) => listOrganizations(tx, wanted))
      return okay(listAnswer(found, page, presentOrganization))
    },
  }),
  defineRoute({
    ...readBy('plan:read'),
    path: '/organizations/{organization}',
    tenant: 'organization',
    area,
    summary: 'Read an organization',
    description: '`ext:` and your own id may stand in place of the id, here and wherever an organization is named.',
    answers: { 200: { description: 'The organization.', schema: organization } },
    problems: [],
    handle: async (call, { tenant }) => call.read((tx) => answerWith(tx, tenant.organizationId)),
  }),
  defineRoute({
    ...writtenBy('billing_details:write'),
    method: 'patch',
    path: '/organizations/{organization}',
    tenant: 'organization',
    area,
    summary: 'Change an organization',
    description: 'What is left out stays. `external_id`, `metadata` and `trust_tier` are the operator’s.',
    body: changes,
    answers: { 200: { description: 'The organization.', schema: organization } },
    problems: ['external_id_taken'],
    handle: async (call, { tenant, body }) => {
      const operators = OPERATOR_FIELDS.filter((field) => body[field] !== undefined)
      if (call.actor !== 'operator' && operators.length > 0) {
        throw new Halt(problem('forbidden', `Only the operator changes ${operators.join(', ')}.`, { permission: 'operator', fields: operators }))
      }
      return call.command(tenant.organizationId, async (context) => {
        const updated = await updateOrganization(context, toUpdate(tenant.organizationId, body))
        return updated.ok ? answerWith(context.tx, tenant.organizationId) : refusalAnswer(updated.error)
      })
    },
  }),
  defineRoute({
    method: 'get',
    scopes: [], // It names everybody, so a key that only reads is not enough.
    permission: 'organization:export',
    organizationKeys: false,
    mutates: false, // But for the line in the activity that says who took it.
    outlivesOrganization: true,
    path: '/organizations/{organization}/export',
    tenant: 'organization',
    area,
    summary: 'Take along everything of an organization',
    description:
      'A ZIP of JSON Lines and CSV, of one moment: people, subscriptions, invoices, payments, credit, usage, settings, activity and messages, with a README and a manifest. It is made while it is sent; one without `manifest.json` was cut off. One at a time and three an hour of an organization, two at once on a server; who reads nothing of it for a minute is cut off. `HEAD` begins none.',
    answers: { 200: { description: 'The archive.', schema: null, file: ZIP } },
    problems: [],
    // Whoever only looks takes nothing along: none is begun, counted or written down.
    answerToHead: ({ slug }) => streamedFile(`${slug}.zip`, ZIP, null),
    handle: async (call, { tenant: { organizationId, slug } }) => {
      const given = await inTurn(async (keepTurn) => {
        let id: ExportId | null = null
        const answer = await call.command(organizationId, async (context) => {
          const begun = await beginExport(context, { organizationId })
          if (!begun.ok) return refusalAnswer(begun.error)
          id = begun.value
          return noContent
        })
        return id === null ? answer : streamedFile(`${slug}.zip`, ZIP, exportByEngine(organizationId, id, keepTurn))
      })
      return given.ok ? given.value : refusalAnswer(given.error)
    },
  }),
  defineRoute({
    ...writtenBy('organization:delete'),
    outlivesOrganization: true, // A repeat of it finds it closed, and says so again.
    method: 'delete',
    path: '/organizations/{organization}',
    tenant: 'organization',
    area,
    summary: 'Close an organization',
    description: 'For good: nobody reaches it any more. Invoices, ledger and activity are kept for the operator.',
    answers: { 204: { description: 'It is closed.', schema: null } },
    problems: ['subscription_active', 'change_in_progress', 'invoices_open', 'usage_unbilled'],
    handle: async (call, { tenant }) =>
      call.command(tenant.organizationId, async (context) => {
        const closed = await deleteOrganization(context, tenant)
        return closed.ok ? noContent : refusalAnswer(closed.error)
      }),
  }),
]
