import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { instantOf } from '../../db/columns'
import { EXPORT_MINUTES } from '../billing/commands/begin-export'
import type { OrganizationId } from '../ids'
import type { Instant } from '../time'
import { type Archive, type ArchivedFile, streamArchive } from './archive'
import { describeExport } from './describe-export'
import { csvLines, jsonLines, readRows } from './export-rows'
import { EXPORTED, type ExportedTable } from './exported-tables'

const MILLISECONDS_A_MINUTE = 60_000
/** Whoever reads no further for so long is not waited for. */
const STALLED_SECONDS = 60

export type OrganizationExport = {
  organizationId: OrganizationId
  /** Opens one moment of the database, as the one who asked may see it. */
  snapshot(read: (tx: Transaction) => Promise<void>): Promise<void>
  /** However it ended. */
  ended(): Promise<void>
}

type Counted = ArchivedFile & { rows: number }

/**
 * Everything that an organization has here as a ZIP, of one moment: a file a table in JSON Lines, the most asked for also as CSV, a README,
 * and a manifest that counts and hashes the rest. It is made while it is sent.
 */
export function exportOrganization({ organizationId, snapshot, ended }: OrganizationExport): ReadableStream<Uint8Array> {
  const deadline = performance.now() + EXPORT_MINUTES * MILLISECONDS_A_MINUTE
  let isBegun = false
  return streamArchive(async (archive) => {
    try {
      await snapshot(async (tx) => {
        // A part was sent: what would be tried again from the start cannot be sent again.
        if (isBegun) throw new Error('the export was broken off and cannot be begun again')
        isBegun = true
        const at = await openMoment(tx)
        await writeTables(archive, tx, { organizationId, deadline, at })
      })
    } finally {
      await ended()
    }
  })
}

/** The moment is that of the first question; what is set before it sees none. */
async function openMoment(tx: Transaction): Promise<Instant> {
  await tx.execute(sql.raw(`SET LOCAL idle_in_transaction_session_timeout = '${STALLED_SECONDS}s'`))
  const { rows } = await tx.execute<{ at: string }>(sql`SELECT now()::text AS at`)
  return instantOf(rows[0]?.at ?? '')
}

async function writeTables(
  archive: Archive,
  tx: Transaction,
  { organizationId, deadline, at }: { organizationId: OrganizationId; deadline: number; at: Instant },
): Promise<void> {
  const files: Counted[] = [{ ...(await archive.add('README.txt', [describeExport()])), rows: 0 }]
  for (const exported of EXPORTED) {
    files.push(await writeTable(exported, 'jsonl', (name, rows) => archive.add(name, jsonLines(rows))))
    if (exported.csv) files.push(await writeTable(exported, 'csv', (name, rows) => archive.add(name, csvLines(exported, rows))))
  }
  const manifest = { format: 1, organization: organizationId, made_at: at.toString(), files }
  await archive.add('manifest.json', [`${JSON.stringify(manifest, null, 2)}\n`])

  async function writeTable(
    exported: ExportedTable,
    ending: string,
    write: (name: string, rows: AsyncIterable<Record<string, unknown>[]>) => Promise<ArchivedFile>,
  ) {
    let rows = 0
    async function* counted() {
      for await (const some of readRows(tx, exported, organizationId)) {
        if (performance.now() > deadline) throw new Error(`the export took longer than ${EXPORT_MINUTES} minutes`)
        rows += some.length
        yield some
      }
    }
    const file = await write(`${exported.file}.${ending}`, counted())
    return { ...file, rows }
  }
}
