'use server'

import { z } from 'zod'
import { type Answer, okay } from '@/lib/api/answer'
import { refusalAnswer } from '@/lib/api/refusals'
import { type CreateCustomPlan, createCustomPlan } from '@/lib/billing/commands/create-custom-plan'
import { readOrganizationTime } from '@/lib/billing/commands/store/organization'
import { type Currency, currencyExponent, exact, minorFromExact } from '@/lib/money'
import { defineOperatorAction } from './define-operator-action'
import { amountText, countText, id, optional, reason } from './fields'

const NAME_LENGTH = 80
const INCLUDED = 'included_'
const catalogId = z.string().regex(/^[a-z0-9_-]{1,64}$/)
const decimal = z
  .string()
  .trim()
  .regex(/^\d{1,9}(\.\d{1,12})?$/, 'must be a decimal, such as 0.0005')

const overLimit = z.enum(['block', 'overage', 'pay_as_you_go', 'blocks'])

/** What is left empty is as in the plan that it is based on (G10). Each meter's field is `included_` and its name. */
const input = z
  .object({
    organizationId: id('org'),
    product: catalogId,
    basedOn: catalogId,
    overLimit: optional(overLimit),
    name: z.string().trim().min(1, 'must be given').max(NAME_LENGTH),
    month: optional(amountText),
    year: optional(amountText),
    unitPrice: optional(decimal),
    block: optional(countText),
    reason,
  })
  .catchall(z.string())

/** Makes a plan that only this organization sees. Refuses with `invalid_request`, naming the field. */
export const createCustomPlanAction = defineOperatorAction({
  needs: 'admin',
  name: 'custom-plan',
  input,
  run: ({ call }, typed) =>
    call.command(typed.organizationId, async (context) => {
      const currency = (await readOrganizationTime(context.tx, typed.organizationId))?.organization.currency ?? 'usd'
      const wanted = toPlan(typed, currency)
      if ('errors' in wanted) return { status: 422, body: { code: 'invalid_request', errors: wanted.errors } }
      const made = await createCustomPlan(context, wanted)
      return made.ok ? okay({ plan: made.value.plan.id }) : named(refusalAnswer(made.error))
    }),
})

type Mistakes = { errors: { path: string; message: string }[] }

function toPlan(typed: z.output<typeof input>, currency: Currency): CreateCustomPlan | Mistakes {
  const errors: Mistakes['errors'] = []
  const price = (path: 'month' | 'year'): number | undefined => {
    const text = typed[path]
    if (text === undefined) return undefined
    if ((text.split('.')[1]?.length ?? 0) > currencyExponent(currency)) errors.push({ path, message: `has more decimals than ${currency} has` })
    return Number(minorFromExact(exact(text), currency))
  }
  const [month, year] = [price('month'), price('year')]
  const included: Record<string, number> = {}
  for (const [name, text] of Object.entries(typed)) {
    if (!name.startsWith(INCLUDED) || typeof text !== 'string' || text.trim() === '') continue
    const read = countText.safeParse(text)
    if (read.success) included[name.slice(INCLUDED.length)] = Number(read.data)
    else errors.push({ path: name, message: read.error.issues[0]?.message ?? 'must be a whole number' })
  }
  if (errors.length > 0) return { errors }
  return {
    organizationId: typed.organizationId,
    product: typed.product,
    basedOn: typed.basedOn,
    name: typed.name,
    reason: typed.reason,
    ...((month !== undefined || year !== undefined) && { prices: { ...(month !== undefined && { month }), ...(year !== undefined && { year }) } }),
    ...(Object.keys(included).length > 0 && { included }),
    ...(typed.unitPrice !== undefined && { overLimit: overLimitOf(typed.overLimit ?? 'overage', typed.unitPrice, typed.block) }),
  }
}

function overLimitOf(type: z.output<typeof overLimit>, unitPrice: string, block: string | undefined): CreateCustomPlan['overLimit'] {
  if (type === 'block') return { type }
  return type === 'blocks' ? { type, unit_price: unitPrice, block: Number(block ?? '1000') } : { type, unit_price: unitPrice }
}

const FIELDS: Readonly<Record<string, string>> = { prices: 'month', over_limit: 'unitPrice', based_on: 'basedOn' }

/** By the form's own names. */
function named(answer: Answer): Answer {
  const body = answer.body as { errors?: Mistakes['errors'] }
  return {
    ...answer,
    body: { ...body, errors: (body.errors ?? []).map(({ path, message }) => ({ path: FIELDS[path] ?? path.replace('included.', INCLUDED), message })) },
  }
}
