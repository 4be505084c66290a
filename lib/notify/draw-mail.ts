import type { Mail, MailFact, MailLink } from './mail'

const INK = '#16181d'
const MUTED = '#5b616e'
const LINE = '#e2e4e9'
const PAGE = '#f4f5f7'
const SHEET = '#ffffff'
const WIDTH = 560
const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** Clients that can will follow the reader's dark theme; the others show the light one, whole. */
const DARK = `@media (prefers-color-scheme: dark) {
  .page { background: #0e1014 !important }
  .sheet { background: #16181d !important; border-color: #2a2d35 !important }
  .ink { color: #f1f2f5 !important }
  .muted { color: #a3a9b6 !important }
  .line { border-color: #2a2d35 !important }
}
@media (max-width: 480px) { .inner { padding-left: 20px !important; padding-right: 20px !important } }`

export function drawText(mail: Mail): string {
  const { account, heading, paragraphs, facts, lines, totals, action, links, footer, preferences } = mail
  const blocks = [
    `${account}\n\n${heading}`,
    ...paragraphs,
    textTable(facts),
    [textTable(lines), textTable(totals)].filter((table) => table !== '').join('\n'),
    textLink(action),
    ...links.map(textLink),
    `--\n${[...footer, ...(preferences ? [textLink(preferences)] : [])].join('\n')}`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function textTable(facts: readonly MailFact[]): string {
  return facts.map(({ term, value }) => (value === '' ? term : value.includes('\n') ? `${term}:\n${value}` : `${term}: ${value}`)).join('\n')
}

function textLink({ label, url }: MailLink): string {
  return `${label}:\n${url}`
}

/**
 * Tables, inline styles and both forms of each colour: what mail clients have in common, Outlook's old engine among them. Loads
 * nothing from anywhere, so that opening a mail tells nobody. Equal to the text by construction, for both draw one value.
 */
export function drawHtml(mail: Mail): string {
  const { language, direction, brand, subject, account, heading, paragraphs, action, links, fallback, footer, preferences } = mail
  const start = direction === 'rtl' ? 'right' : 'left'
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${escapeHtml(subject)}</title>
<style>${DARK}</style>
</head>
<body class="page" style="margin:0;padding:0;background:${PAGE};-webkit-text-size-adjust:100%">
<table class="page" role="presentation" dir="${direction}" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${PAGE}" style="background:${PAGE};font-family:${FONT}">
<tr><td align="center" style="padding:24px 12px">
<!--[if mso]><table role="presentation" width="${WIDTH}" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:${WIDTH}px">
<tr><td class="ink" align="${start}" style="padding:0 4px 14px;color:${INK};font-size:15px;font-weight:600">${escapeHtml(brand.name)}</td></tr>
</table>
<table class="sheet" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${SHEET}" style="max-width:${WIDTH}px;background:${SHEET};border:1px solid ${LINE};border-radius:10px">
<tr><td class="inner" align="${start}" style="padding:28px 28px 24px;text-align:${start}">
<p class="muted" style="margin:0 0 6px;color:${MUTED};font-size:14px;line-height:1.4">${escapeHtml(account)}</p>
<h1 class="ink" style="margin:0 0 14px;color:${INK};font-size:21px;line-height:1.3;font-weight:600">${escapeHtml(heading)}</h1>
${paragraphs.map((paragraph) => `<p class="ink" style="margin:0 0 14px;color:${INK};font-size:16px;line-height:1.5">${escapeHtml(paragraph)}</p>`).join('\n')}
${htmlTables(mail)}
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px"><tr><td align="center" bgcolor="${brand.accent}" style="border-radius:8px;background:${brand.accent}"><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:11px 18px;border:1px solid ${brand.accent};border-radius:8px;color:${brand.onAccent};font-size:16px;line-height:1.25;font-weight:600;text-decoration:none">${escapeHtml(action.label)}</a></td></tr></table>
${links.map((link) => `<p class="ink" style="margin:0 0 12px;color:${INK};font-size:15px;line-height:1.5">${htmlLink(link, 'ink', INK)}</p>`).join('\n')}
<p class="muted" style="margin:0;color:${MUTED};font-size:13px;line-height:1.5;word-break:break-word">${withLink(fallback, action.url)}</p>
</td></tr>
<tr><td class="inner line muted" align="${start}" style="padding:16px 28px 20px;border-top:1px solid ${LINE};color:${MUTED};font-size:13px;line-height:1.5;text-align:${start}">${[
    ...footer.map(escapeHtml),
    ...(preferences ? [htmlLink(preferences, 'muted', MUTED)] : []),
  ].join('<br>')}</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`
}

function htmlTables({ facts, lines, totals, direction }: Mail): string {
  const drawn = [htmlTable(facts, direction, false), htmlTable([...lines, ...totals], direction, totals.length > 0)]
  return drawn.filter((table) => table !== '').join('\n')
}

/** @param isLedger the last row is what the others come to. */
function htmlTable(facts: readonly MailFact[], direction: Mail['direction'], isLedger: boolean): string {
  if (facts.length === 0) return ''
  const [start, end] = direction === 'rtl' ? (['right', 'left'] as const) : (['left', 'right'] as const)
  const gap = direction === 'rtl' ? '8px 0 8px 16px' : '8px 16px 8px 0'
  const rows = facts.map(({ term, value }, index) => {
    const weight = isLedger && index === facts.length - 1 ? 600 : 400
    return (
      `<tr><th class="muted line" scope="row" align="${start}" valign="top" style="padding:${gap};border-bottom:1px solid ${LINE};color:${MUTED};font-weight:${weight};text-align:${start}">${escapeHtml(term)}</th>` +
      `<td class="ink line" align="${end}" valign="top" style="padding:8px 0;border-bottom:1px solid ${LINE};color:${INK};font-weight:${weight};font-variant-numeric:tabular-nums;text-align:${end}${isLedger ? ';white-space:nowrap' : ''}">${escapeHtml(value).replaceAll('\n', '<br>')}</td></tr>`
    )
  })
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:6px 0 18px;border-collapse:collapse;font-size:15px;line-height:1.4">\n${rows.join('\n')}\n</table>`
}

function htmlLink({ label, url }: MailLink, className: 'ink' | 'muted', color: string): string {
  return `<a class="${className}" href="${escapeHtml(url)}" style="color:${color};text-decoration:underline">${escapeHtml(label)}</a>`
}

/** A sentence that names an address, which becomes a link in its place. */
function withLink(sentence: string, url: string): string {
  return escapeHtml(sentence).replace(escapeHtml(url), () => htmlLink({ label: url, url }, 'muted', MUTED))
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Names are whatever customers call themselves. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? character)
}
