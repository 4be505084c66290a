import { sql } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { getOperator } from '@/lib/auth/present-operator'
import { beginExport } from '@/lib/billing/commands/begin-export'
import { OrganizationGone } from '@/lib/billing/commands/store/organization'
import { exportByEngine } from '@/lib/export/export-by-engine'
import { type ExportNotYet, inTurn } from '@/lib/export/in-turn'
import { archiveResponse, seeOther } from '@/lib/export/respond'
import { isId, type OrganizationId, uuidOf } from '@/lib/ids'

type Context = { params: Promise<{ organization: string }> }

/** As an owner takes it along, for one who asked the company for it. It names everybody, so it is for those who may do everything. */
export async function POST(_: Request, { params }: Context): Promise<Response> {
  const operator = await getOperator()
  if (!operator) return new Response(null, { status: 401 })
  const { organization } = await params
  if (operator.role !== 'admin' || !isId('org', organization)) return new Response(null, { status: 404 })
  const organizationId: OrganizationId = organization
  const notYet = ({ retryAt }: ExportNotYet) => seeOther(`/operator/organizations/${organizationId}?export=${retryAt}`)
  const answer = await inTurn(async (keepTurn) => {
    const begun = await inEngine(async (tx) => {
      await tx.execute(sql`SELECT set_config('app.operator_id', ${uuidOf('op', operator.id)}, true)`)
      return beginExport({ tx, actor: 'operator' }, { organizationId })
    }).catch((fault: unknown) => {
      if (fault instanceof OrganizationGone) return null
      throw fault
    })
    if (begun?.ok) return archiveResponse(organizationId, exportByEngine(organizationId, begun.value, keepTurn))
    return begun?.error.code === 'export_not_yet' ? notYet(begun.error) : new Response(null, { status: 404 })
  })
  return answer.ok ? answer.value : notYet(answer.error)
}
