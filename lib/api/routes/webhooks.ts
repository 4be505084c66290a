import { z } from '@hono/zod-openapi'
import { isId, type WebhookDeliveryId, type WebhookEndpointId } from '../../ids'
import { findEndpoint, listDeliveries, listEndpoints, resend, sendTest } from '../../webhooks/deliveries'
import { LONGEST_URL } from '../../webhooks/endpoint-url'
import { changeEndpoint, createEndpoint, deleteEndpoint, rotateSecret } from '../../webhooks/endpoints'
import { created, Halt, noContent, notFound, okay } from '../answer'
import { listAnswer, readPage, withLookahead } from '../cursor'
import { pageQuery, text } from '../fields'
import { presentDelivery, presentEndpoint } from '../present/webhooks'
import { refusalAnswer } from '../refusals'
import { defineRoute, type Route, readByOperator, writtenByOperator } from '../route'
import { listOf } from '../schemas/shared'
import { eventTypes, webhookDelivery, webhookEndpoint, webhookEndpointWithSecret } from '../schemas/webhook'

const area = 'Webhooks'
const DESCRIPTION_LENGTH = 200

const url = text(1, LONGEST_URL).openapi({ description: 'Begins with https:// and leads to a public address.', example: 'https://example.com/headroom' })
const description = text(0, DESCRIPTION_LENGTH)

function endpointOf({ webhook_endpoint: id = '' }: Record<string, string>): WebhookEndpointId {
  if (!isId('whk', id)) throw new Halt(notFound('There is no such webhook endpoint.'))
  return id
}

function deliveryOf({ delivery: id = '' }: Record<string, string>): WebhookDeliveryId {
  if (!isId('del', id)) throw new Halt(notFound('There is no such delivery.'))
  return id
}

/** The operator's own endpoints, which hear every organization; an organization's are made on its Developers page. */
export const webhookRoutes: readonly Route[] = [
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/webhook_endpoints',
    tenant: 'none',
    answersSecret: true,
    area,
    summary: 'Create a webhook endpoint',
    description:
      'It hears the events of every organization. Each is a POST of `{"id", "type", "created_at", "organization", "data"}`, `data` as the object’s GET answers when it is sent, signed after the Standard Webhooks convention: `webhook-id`, `webhook-timestamp`, `webhook-signature`.\n\nAn answer of 2xx within 10 seconds takes it; anything else, a redirect too, is tried again for three days: after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours. Events come at least once and in no order; the same event keeps its `webhook-id`. An endpoint that took nothing for three days, or that answers 410, is switched off.',
    body: z.strictObject({ url, events: eventTypes, description: description.optional() }),
    answers: { 201: { description: 'The endpoint, with its secret, shown this once.', schema: webhookEndpointWithSecret } },
    problems: ['too_many_endpoints'],
    handle: async (call, { body }) =>
      call.command(null, async (context) => {
        const made = await createEndpoint(context, null, { ...body, description: body.description ?? '' })
        return made.ok ? created({ ...presentEndpoint(made.value.endpoint), secret: made.value.secret }) : refusalAnswer(made.error)
      }),
  }),
  defineRoute({
    ...readByOperator,
    path: '/webhook_endpoints',
    tenant: 'none',
    area,
    summary: 'List webhook endpoints',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(webhookEndpoint) } },
    problems: [],
    handle: async (call, { query }) => {
      const page = readPage('whk', query)
      const found = await call.read((tx) => listEndpoints(tx, null, withLookahead(page)))
      return okay(listAnswer(found, page, presentEndpoint))
    },
  }),
  defineRoute({
    ...readByOperator,
    path: '/webhook_endpoints/{webhook_endpoint}',
    tenant: 'none',
    area,
    summary: 'Read a webhook endpoint',
    answers: { 200: { description: 'The endpoint, without its secret.', schema: webhookEndpoint } },
    problems: [],
    handle: async (call, { params }) => {
      const found = await call.read((tx) => findEndpoint(tx, null, endpointOf(params)))
      return found ? okay(presentEndpoint(found)) : notFound('There is no such webhook endpoint.')
    },
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'patch',
    path: '/webhook_endpoints/{webhook_endpoint}',
    tenant: 'none',
    area,
    summary: 'Change a webhook endpoint',
    description: 'Switched off, it hears nothing, and what still waits for it is given up; each can be sent again.',
    body: z.strictObject({ url: url.optional(), events: eventTypes.optional(), description: description.optional(), enabled: z.boolean().optional() }),
    answers: { 200: { description: 'The endpoint.', schema: webhookEndpoint } },
    problems: [],
    handle: async (call, { params, body }) => {
      const id = endpointOf(params)
      return call.command(null, async (context) => {
        const changed = await changeEndpoint(context, null, id, body)
        return changed.ok ? okay(presentEndpoint(changed.value)) : refusalAnswer(changed.error)
      })
    },
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'delete',
    path: '/webhook_endpoints/{webhook_endpoint}',
    tenant: 'none',
    area,
    summary: 'Delete a webhook endpoint',
    answers: { 204: { description: 'It hears nothing more.', schema: null } },
    problems: [],
    handle: async (call, { params }) => {
      const id = endpointOf(params)
      return call.command(null, async (context) => {
        const deleted = await deleteEndpoint(context, null, id)
        return deleted.ok ? noContent : refusalAnswer(deleted.error)
      })
    },
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/webhook_endpoints/{webhook_endpoint}/rotate_secret',
    tenant: 'none',
    answersSecret: true,
    area,
    summary: 'Change the secret',
    description: 'For 24 hours the one before signs beside the new one, so that a receiver can change over without missing anything.',
    body: z.strictObject({}),
    answers: { 200: { description: 'The endpoint, with its new secret, shown this once.', schema: webhookEndpointWithSecret } },
    problems: [],
    handle: async (call, { params }) => {
      const id = endpointOf(params)
      return call.command(null, async (context) => {
        const rotated = await rotateSecret(context, null, id)
        return rotated.ok ? okay({ ...presentEndpoint(rotated.value.endpoint), secret: rotated.value.secret }) : refusalAnswer(rotated.error)
      })
    },
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/webhook_endpoints/{webhook_endpoint}/test',
    tenant: 'none',
    area,
    summary: 'Send a test',
    description: 'An event of the type `webhook_endpoint.test` about the endpoint itself, to it alone; its delivery tells what it answered.',
    body: z.strictObject({}),
    answers: { 200: { description: 'It is on its way.', schema: webhookDelivery } },
    problems: ['endpoint_disabled'],
    handle: async (call, { params }) => {
      const id = endpointOf(params)
      return call.command(null, async (context) => {
        const sent = await sendTest(context, null, id)
        return sent.ok ? okay(presentDelivery(sent.value)) : refusalAnswer(sent.error)
      })
    },
  }),
  defineRoute({
    ...readByOperator,
    path: '/webhook_endpoints/{webhook_endpoint}/deliveries',
    tenant: 'none',
    area,
    summary: 'List deliveries',
    description: 'Of the last 30 days.',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Newest first.', schema: listOf(webhookDelivery) } },
    problems: [],
    handle: async (call, { params, query }) => {
      const id = endpointOf(params)
      const page = readPage('del', query)
      return call.readPage(page, async (tx) => {
        if (!(await findEndpoint(tx, null, id))) return notFound('There is no such webhook endpoint.')
        return okay(listAnswer(await listDeliveries(tx, id, withLookahead(page)), page, presentDelivery))
      })
    },
  }),
  defineRoute({
    ...writtenByOperator,
    method: 'post',
    path: '/deliveries/{delivery}/resend',
    tenant: 'none',
    area,
    summary: 'Send a delivery again',
    description: 'Now, with `data` as it is now, and with three days of tries as the first time.',
    body: z.strictObject({}),
    answers: { 200: { description: 'It is on its way.', schema: webhookDelivery } },
    problems: ['endpoint_disabled'],
    handle: async (call, { params }) => {
      const id = deliveryOf(params)
      return call.command(null, async (context) => {
        const queued = await resend(context, null, id)
        return queued.ok ? okay(presentDelivery(queued.value)) : refusalAnswer(queued.error)
      })
    },
  }),
]
