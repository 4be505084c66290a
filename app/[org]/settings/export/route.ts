import { inWeb, inWebSnapshot } from '@/db/client'
import { getAccount, getPermittedViewer, isVisiting } from '@/lib/auth/session'
import { beginExport } from '@/lib/billing/commands/begin-export'
import { endExport } from '@/lib/billing/commands/end-export'
import { exportOrganization } from '@/lib/export/export-organization'
import { type ExportNotYet, inTurn } from '@/lib/export/in-turn'
import { archiveResponse, seeOther } from '@/lib/export/respond'

/**
 * Everything of the organization as one file, for an owner. A form’s POST, which no page of somebody else’s can send with this cookie, because
 * it is written down. Where it is too soon the page says until when.
 */
export async function POST(_: Request, { params }: { params: Promise<{ org: string }> }): Promise<Response> {
  const { org } = await params
  if (!(await getAccount())) return new Response(null, { status: 401 })
  const viewer = await getPermittedViewer(org, 'organization:export')
  // An operator who looks at somebody's pages does nothing in anybody's name from this browser (G85).
  if (!viewer || (await isVisiting())) return new Response(null, { status: 404 })
  const organizationId = viewer.organization.id
  const visibility = { organizationId, userId: viewer.user.id }
  const notYet = ({ retryAt }: ExportNotYet) => seeOther(`/${org}/settings?export=${retryAt}#data`)
  const answer = await inTurn(async (keepTurn) => {
    const begun = await inWeb(visibility, (tx) => beginExport({ tx, actor: viewer.member.id }, { organizationId }))
    if (!begun.ok) return begun.error.code === 'forbidden' ? new Response(null, { status: 404 }) : notYet(begun.error)
    const id = begun.value
    return archiveResponse(
      org,
      exportOrganization({
        organizationId,
        snapshot: (read) => inWebSnapshot(visibility, read),
        ended: keepTurn(() => inWeb(visibility, (tx) => endExport(tx, { organizationId, id }))),
      }),
    )
  })
  return answer.ok ? answer.value : notYet(answer.error)
}
