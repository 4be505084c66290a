import { desc, eq, lt } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { installation, sandboxMails } from '../../db/schema'
import { type Id, idOf, uuidOf } from '../ids'

export type MailId = Id<'mail'>

/** As a page shows it. Ids are UUIDv7, so they grow with time. */
export type SandboxMailView = { id: MailId; sender: string; recipients: string[]; subject: string; receivedAt: string }
export type SandboxMailDetail = SandboxMailView & { text: string; html: string | null }

export type SandboxMailPage = { items: SandboxMailView[]; next: MailId | null }

const PAGE_LENGTH = 50

const HEADERS = {
  id: sandboxMails.id,
  sender: sandboxMails.sender,
  recipients: sandboxMails.recipients,
  subject: sandboxMails.subject,
  receivedAt: sandboxMails.receivedAt,
}

/** Whether payments, and with them everything that this installation sends, are simulated. */
export async function isSandbox(tx: Transaction): Promise<boolean> {
  const [setUp] = await tx.select({ mode: installation.paymentsMode }).from(installation)
  return setUp?.mode === 'sandbox'
}

/** Newest first. */
export async function listSandboxMails(tx: Transaction, before: MailId | null): Promise<SandboxMailPage> {
  const rows = await tx
    .select(HEADERS)
    .from(sandboxMails)
    .where(before === null ? undefined : lt(sandboxMails.id, uuidOf('mail', before)))
    .orderBy(desc(sandboxMails.id))
    .limit(PAGE_LENGTH + 1)
  const items = rows.slice(0, PAGE_LENGTH).map(viewMail)
  return { items, next: rows.length > PAGE_LENGTH ? (items.at(-1)?.id ?? null) : null }
}

export async function findSandboxMail(tx: Transaction, id: MailId): Promise<SandboxMailDetail | null> {
  const [found] = await tx
    .select({ ...HEADERS, text: sandboxMails.text, html: sandboxMails.html })
    .from(sandboxMails)
    .where(eq(sandboxMails.id, uuidOf('mail', id)))
  return found ? { ...viewMail(found), text: found.text, html: found.html } : null
}

type Row = Pick<typeof sandboxMails.$inferSelect, keyof typeof HEADERS>

function viewMail({ id, sender, recipients, subject, receivedAt }: Row): SandboxMailView {
  return { id: idOf('mail', id), sender, recipients, subject, receivedAt: receivedAt.toString() }
}
