import type { Mail } from './mail'

const INK = '#16181d'
const MUTED = '#5b616e'
const LINE = '#e2e4e9'
const ACCENT = '#2f4bc7'
const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** Clients that can will follow the reader's dark theme; the others show the light one, whole. */
const DARK = `@media (prefers-color-scheme: dark) {
  .page { background: #0e1014 !important }
  .sheet { background: #16181d !important; border-color: #2a2d35 !important }
  .ink { color: #f1f2f5 !important }
  .muted { color: #a3a9b6 !important }
  .line { border-color: #2a2d35 !important }
  .link { color: #a9b8ff !important }
}`

export function drawText({ account, heading, paragraphs, facts, action, footer }: Mail): string {
  const table = facts.map(({ term, value }) => `${term}: ${value}`).join('\n')
  return [`${account}\n\n${heading}`, ...paragraphs, ...(table ? [table] : []), `${action.label}:\n${action.url}`, `--\n${footer}`].join('\n\n').concat('\n')
}

/** One column, inline styles and a table for the frame: what mail clients have in common. Loads nothing from anywhere. */
export function drawHtml({ subject, account, heading, paragraphs, facts, action, footer }: Mail): string {
  const body = paragraphs
    .map((paragraph) => `<p class="ink" style="margin:0 0 14px;color:${INK};font-size:16px;line-height:1.5">${escapeHtml(paragraph)}</p>`)
    .join('\n')
  const rows = facts
    .map(
      ({ term, value }) =>
        `<tr><th class="muted line" scope="row" align="left" valign="top" style="padding:8px 16px 8px 0;border-bottom:1px solid ${LINE};color:${MUTED};font-weight:400">${escapeHtml(term)}</th>` +
        `<td class="ink line" align="right" valign="top" style="padding:8px 0;border-bottom:1px solid ${LINE};color:${INK};font-variant-numeric:tabular-nums">${escapeHtml(value)}</td></tr>`,
    )
    .join('\n')
  const table =
    rows &&
    `<table width="100%" cellpadding="0" cellspacing="0" style="margin:6px 0 22px;border-collapse:collapse;font-size:15px;line-height:1.4">\n${rows}\n</table>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${DARK}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f4f5f7">
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f5f7">
<tr><td align="center" style="padding:24px 12px">
<table class="sheet" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border:1px solid ${LINE};border-radius:10px;font-family:${FONT}">
<tr><td style="padding:28px 28px 24px">
<p class="muted" style="margin:0 0 6px;color:${MUTED};font-size:14px">${escapeHtml(account)}</p>
<h1 class="ink" style="margin:0 0 14px;color:${INK};font-size:21px;line-height:1.3;font-weight:600">${escapeHtml(heading)}</h1>
${body}
${table}
<p style="margin:0 0 22px"><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:11px 18px;border-radius:8px;background:${ACCENT};color:#ffffff;font-size:16px;font-weight:600;text-decoration:none">${escapeHtml(action.label)}</a></p>
<p class="muted" style="margin:0;color:${MUTED};font-size:13px;line-height:1.5;word-break:break-word">Or open <a class="link" href="${escapeHtml(action.url)}" style="color:${ACCENT}">${escapeHtml(action.url)}</a></p>
</td></tr>
<tr><td class="line muted" style="padding:16px 28px 20px;border-top:1px solid ${LINE};color:${MUTED};font-size:13px;line-height:1.5">${escapeHtml(footer)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Names are whatever customers call themselves. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? character)
}
