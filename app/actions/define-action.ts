import { revalidatePath } from 'next/cache'
import { unstable_rethrow } from 'next/navigation'
import type { z } from 'zod'
import { inWeb, type Transaction } from '@/db/client'
import type { Permission } from '@/lib/auth/permissions'
import { can } from '@/lib/auth/permissions'
import { noteRefusedRight, type RefusedViewer } from '@/lib/auth/refused-right'
import { lacksSecondStep } from '@/lib/auth/second-step-duty'
import { getAccount, getOwnAccount, getViewer, isVisiting, type Viewer } from '@/lib/auth/session'
import type { Account } from '@/lib/auth/sign-in'
import { findMember } from '@/lib/billing/commands/store/members'
import { lockOrganization, OrganizationGone } from '@/lib/billing/commands/store/organization'
import type { CommandContext } from '@/lib/billing/context'
import { theLog } from '@/lib/observe/log'
import { type Result, refuse } from '@/lib/result'
import { registerAction } from './registry'

/** What every action may answer beside its command's own refusals. */
export type ActionRefusal =
  | { code: 'invalid_input'; fields: { path: string; message: string }[] }
  | { code: 'forbidden'; permission: Permission }
  | { code: 'not_found' }
  | { code: 'signed_out' }

/** What a command runs with: one transaction of the web role, in the viewer's organization and as the viewer. */
export type ActionContext = CommandContext & { viewer: Viewer }

/** A flow opens transactions of its own, because a payment stands between them. */
export type FlowContext = { actor: Viewer['member']['id']; viewer: Viewer }

type Definition<Schema extends z.ZodType> = { permission: Permission; input: Schema }

type Action<Schema extends z.ZodType, Value, Refusal> = (organizationSlug: string, input: z.input<Schema>) => Promise<Result<Value, Refusal | ActionRefusal>>

/**
 * A write that a member can make from a page: viewer → permission → input → one transaction → fresh pages.
 *
 * The organization is locked before the permission is read, so that a role which is taken away at the same moment counts
 * for nothing. Refusals come back as values; a fault is thrown, and its message stays on the server.
 */
export function defineAction<Schema extends z.ZodType, Value, Refusal>(
  definition: Definition<Schema> & { run(context: ActionContext, input: z.output<Schema>): Promise<Result<Value, Refusal>> },
): Action<Schema, Value, Refusal> {
  return defineWrite(definition, (viewer, input) =>
    inWeb({ organizationId: viewer.organization.id, userId: viewer.user.id }, async (tx) => {
      const present = await lockAsPresentViewer(tx, viewer, definition.permission)
      return present.ok ? definition.run({ tx, actor: viewer.member.id, viewer: present.value }, input) : present
    }),
  )
}

/** As `defineAction`, for flows: the transactions are theirs, and each command in them locks and decides for itself. */
export function defineFlowAction<Schema extends z.ZodType, Value, Refusal>(
  definition: Definition<Schema> & { runFlow(context: FlowContext, input: z.output<Schema>): Promise<Result<Value, Refusal>> },
): Action<Schema, Value, Refusal> {
  return defineWrite(definition, (viewer, input) => definition.runFlow({ actor: viewer.member.id, viewer }, input))
}

/** For signing in and accepting an invitation: there is nobody yet to ask for a permission. */
export function definePublicAction<Schema extends z.ZodType, Value, Refusal>(definition: {
  input: Schema
  run(input: z.output<Schema>): Promise<Result<Value, Refusal>>
}): (input: z.input<Schema>) => Promise<Result<Value, Refusal | ActionRefusal>> {
  const action = (input: z.input<Schema>) =>
    withoutFaults<Value, Refusal>(async () => {
      const parsed = parse(definition.input, input)
      return parsed.ok ? definition.run(parsed.value) : parsed
    })
  return registerAction(action, { access: 'anyone' })
}

/** For what belongs to a person and to no organization: their password. */
export function defineAccountAction<Schema extends z.ZodType, Value, Refusal>(definition: {
  input: Schema
  run(account: Account, input: z.output<Schema>): Promise<Result<Value, Refusal>>
}): (input: z.input<Schema>) => Promise<Result<Value, Refusal | ActionRefusal>> {
  const action = (input: z.input<Schema>) =>
    withoutFaults<Value, Refusal>(async () => {
      const account = await getOwnAccount()
      if (!account || (await isVisiting())) return refuse({ code: 'signed_out' })
      const parsed = parse(definition.input, input)
      return parsed.ok ? definition.run(account, parsed.value) : parsed
    })
  return registerAction(action, { access: 'signed_in' })
}

function defineWrite<Schema extends z.ZodType, Value, Refusal>(
  { permission, input: schema }: Definition<Schema>,
  run: (viewer: Viewer, input: z.output<Schema>) => Promise<Result<Value, Refusal | ActionRefusal>>,
): Action<Schema, Value, Refusal> {
  const action: Action<Schema, Value, Refusal> = (organizationSlug, input) =>
    withoutFaults<Value, Refusal>(async () => {
      const allowed = await allowedViewer(organizationSlug, permission)
      if (!allowed.ok) return allowed
      const parsed = parse(schema, input)
      if (!parsed.ok) return parsed
      const result = await run(allowed.value, parsed.value)
      if (result.ok) revalidatePath('/[org]', 'layout') // What one page changes, the banners and cards of others show.
      return result
    })
  return registerAction(action, { access: permission })
}

async function allowedViewer(organizationSlug: unknown, permission: Permission): Promise<Result<Viewer, ActionRefusal>> {
  // An operator who looks at somebody's pages does nothing in anybody's name, whatever this browser may be signed in as besides (G85).
  if (await isVisiting()) return refuse({ code: 'forbidden', permission })
  if (!(await getAccount())) return refuse({ code: 'signed_out' })
  const viewer = typeof organizationSlug === 'string' ? await getViewer(organizationSlug) : null // A caller may send anything.
  if (!viewer) return refuse({ code: 'not_found' })
  return viewer.can(permission) ? { ok: true, value: viewer } : refuseRight(viewer, permission)
}

function refuseRight(viewer: RefusedViewer, permission: Permission): Result<never, ActionRefusal> {
  noteRefusedRight(viewer, permission)
  return refuse({ code: 'forbidden', permission })
}

async function lockAsPresentViewer(tx: Transaction, viewer: Viewer, permission: Permission): Promise<Result<Viewer, ActionRefusal>> {
  const { organization } = await lockOrganization(tx, viewer.organization.id)
  const member = await findMember(tx, organization.id, viewer.member.id)
  if (!member || organization.deletedAt !== null) return refuse({ code: 'not_found' })
  if (organization.secondStepRequired && !viewer.portal && (await lacksSecondStep(tx, viewer.user.id))) return refuse({ code: 'not_found' })
  if (!can(member.role, permission)) return refuseRight({ ...viewer, member }, permission)
  return { ok: true, value: { ...viewer, member: { id: member.id, role: member.role }, can: (other) => can(member.role, other) } }
}

export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): Result<z.output<Schema>, ActionRefusal> {
  const parsed = schema.safeParse(input)
  const unkept = parsed.success ? findUnkept(parsed.data) : null
  if (unkept) return refuse({ code: 'invalid_input', fields: [{ path: unkept.join('.'), message: 'Contains characters that cannot be kept' }] })
  if (parsed.success) return { ok: true, value: parsed.data }
  return refuse({ code: 'invalid_input', fields: parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })) })
}

/** Text that Postgres cannot hold: a NUL, or half of a surrogate pair. */
const UNKEPT = /\0|\p{Surrogate}/u

/** The path of such a text in what was sent. */
function findUnkept(value: unknown, path: string[] = []): string[] | null {
  if (typeof value === 'string') return UNKEPT.test(value) ? path : null
  if (typeof value !== 'object' || value === null) return null
  for (const [key, part] of Object.entries(value)) {
    const found = findUnkept(part, [...path, key])
    if (found) return found
  }
  return null
}

/** What went wrong inside is for the log; the page says that it could not be done. Next's own signals (redirect) pass. */
export async function withoutFaults<Value, Refusal>(
  work: () => Promise<Result<Value, Refusal | ActionRefusal>>,
): Promise<Result<Value, Refusal | ActionRefusal>> {
  try {
    return await work()
  } catch (fault) {
    unstable_rethrow(fault)
    if (fault instanceof OrganizationGone) return refuse({ code: 'not_found' })
    theLog().error({ err: fault }, 'an action failed')
    throw new Error('The action could not be carried out')
  }
}
