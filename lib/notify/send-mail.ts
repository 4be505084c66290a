import { createTransport } from 'nodemailer'
import { publicUrl } from '../auth/public-url'
import { drawHtml, drawText } from './draw-mail'
import type { Mail } from './mail'

/** Wall-clock milliseconds after which a mail server counts as dead; the mail is tried again later. */
const PATIENCE_MS = 10_000
const CONNECTIONS = 4

export type Mailer = {
  /**
   * Hands one mail to the mail server. `messageId` is the same on every try, so that a mail box can tell a repetition.
   *
   * @throws Error where it was not taken; ask `isRefusedForGood` whether it ever will be.
   */
  send(mail: { to: string; mail: Mail; messageId: string }): Promise<void>
  close(): void
}

export function openMailer({ smtpUrl, from }: { smtpUrl: string; from: string }): Mailer {
  const timeouts = { connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS, dnsTimeout: PATIENCE_MS }
  const transport = createTransport(
    { url: smtpUrl, pool: true, maxConnections: CONNECTIONS, ...timeouts },
    { from, disableFileAccess: true, disableUrlAccess: true },
  )
  transport.on('error', () => {}) // Of an idle connection; what was being sent has its own.
  const host = new URL(publicUrl()).hostname
  return {
    async send({ to, mail, messageId }) {
      await transport.sendMail({
        to: { name: '', address: to },
        subject: mail.subject,
        text: drawText(mail),
        html: drawHtml(mail),
        messageId: `<${messageId}@${host}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      })
    },
    close: () => transport.close(),
  }
}

const PERMANENT = 500

/** The server knows the address and will never take mail for it (an SMTP 5xx to the envelope); anything else may pass. */
export function isRefusedForGood(fault: unknown): boolean {
  if (!(fault instanceof Error) || !('code' in fault) || fault.code !== 'EENVELOPE') return false
  return 'responseCode' in fault && typeof fault.responseCode === 'number' && fault.responseCode >= PERMANENT
}
