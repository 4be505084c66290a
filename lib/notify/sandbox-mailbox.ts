import { simpleParser } from 'mailparser'
import pg from 'pg'
import { SMTPServer } from 'smtp-server'
import { newId, uuidOf } from '../ids'
import { systemClock } from '../time'

export type SandboxMailbox = {
  /** For `SMTP_URL`. */
  url: string
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const LARGEST_MAIL_BYTES = 10 * 1024 * 1024

/**
 * A mail server for whoever has none: takes every mail over real SMTP, on this machine only, and keeps it in `sandbox_mails`
 * for the page at /sandbox/mail. Nothing is ever delivered.
 *
 * @param databaseUrl as the engine role.
 * @param port 0 picks a free one.
 */
export async function startSandboxMailbox({ databaseUrl, port = 0 }: { databaseUrl: string; port?: number }): Promise<SandboxMailbox> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, application_name: 'headroom_mailbox' })
  pool.on('error', () => {}) // An idle connection that the server closed; the next mail opens another.
  const server = new SMTPServer({
    banner: 'Headroom mailbox: nothing is delivered',
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: LARGEST_MAIL_BYTES,
    logger: false,
    onData(stream, { envelope }, callback) {
      const recipients = envelope.rcptTo.map(({ address }) => address)
      const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      simpleParser(stream)
        .then((mail) => keepMail(pool, { sender, recipients, subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html || null }))
        .then(() => callback())
        // "Try again": the mail is not kept, and whoever sends it has to know.
        .catch((error: Error) => callback(Object.assign(new Error(`the mail was not kept: ${error.message}`), { responseCode: 451 })))
    },
  })
  server.on('error', () => {}) // Of one connection, such as a reset; the server goes on.
  const bound = await listen(server, port).catch(async (error: unknown) => {
    await pool.end()
    throw error
  })
  return {
    url: `smtp://${HOST}:${bound}`,
    stop: async () => {
      await new Promise<void>((resolve) => server.close(resolve))
      await pool.end()
    },
  }
}

type Mail = { sender: string; recipients: string[]; subject: string; text: string; html: string | null }

async function keepMail(pool: pg.Pool, { sender, recipients, subject, text, html }: Mail): Promise<void> {
  await pool.query('insert into sandbox_mails (id, sender, recipients, subject, "text", html, received_at) values ($1, $2, $3, $4, $5, $6, $7)', [
    uuidOf('mail', newId('mail')),
    sender,
    recipients,
    subject,
    text,
    html,
    systemClock.now().toString(),
  ])
}

function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.off('error', reject)
      const address = server.server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
