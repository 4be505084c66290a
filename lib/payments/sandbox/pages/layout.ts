import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

const STYLE = `
:root { color-scheme: light dark; --canvas: #f8f9fa; --surface: #fff; --ink: #16181d; --muted: #545a66; --line: #dcdfe4; --strong: #7d8491; --accent: #3247b0; --on-accent: #fff;
  --warn: #fdf6e3; --warn-ink: #694a00; --warn-line: #ead9a6; --bad: #fdf1f0; --bad-ink: #a3231c; --bad-line: #f0c5c1 }
@media (prefers-color-scheme: dark) { :root { --canvas: #0f1115; --surface: #171a20; --ink: #eff1f4; --muted: #a6adba; --line: #2c313a; --strong: #7e8796; --accent: #93a6f5; --on-accent: #0e1330;
  --warn: #2b2412; --warn-ink: #f0cf82; --warn-line: #50431f; --bad: #331a18; --bad-ink: #f7b3ad; --bad-line: #5d2f2b } }
* { box-sizing: border-box }
body { margin: 0; background: var(--canvas); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.5rem 0 .5rem } h2 { font-size: 1rem; margin: 2rem 0 .25rem }
p { margin: .25rem 0 .75rem } .muted { color: var(--muted) } a { color: var(--accent) }
.mark { background: var(--warn); color: var(--warn-ink); border: 1px solid var(--warn-line); border-radius: .5rem; padding: .5rem .75rem; font-size: .875rem }
.refusal { background: var(--bad); color: var(--bad-ink); border: 1px solid var(--bad-line); border-radius: .5rem; padding: .5rem .75rem; margin: 1rem 0 }
label { display: block; font-weight: 600; font-size: .875rem; margin: 1rem 0 .25rem }
input { width: 100%; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--strong); border-radius: .5rem; padding: .625rem .75rem; font-variant-numeric: tabular-nums }
input[aria-invalid="true"] { border-color: var(--bad-ink) } .wrong { color: var(--bad-ink); font-size: .875rem; margin: .25rem 0 0 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem }
button { font: inherit; font-weight: 600; border-radius: .5rem; padding: .7rem 1rem; border: 1px solid var(--strong); background: var(--surface); color: inherit; cursor: pointer; min-height: 2.75rem }
button.main { width: 100%; margin-top: 1.5rem; background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
button:hover { filter: brightness(.95) } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.choices { list-style: none; margin: .5rem 0 0; padding: 0; display: grid; gap: .375rem }
.choices button { width: 100%; text-align: start; font-weight: 400; border-color: var(--line); display: flex; flex-direction: column }
summary { cursor: pointer; padding: .75rem 0; color: var(--accent); font-weight: 600 }
.choices span:last-child { color: var(--muted); font-variant-numeric: tabular-nums }
dl { display: grid; grid-template-columns: auto 1fr; gap: .375rem 1rem; border-block: 1px solid var(--line); padding: 1rem 0; margin: 1rem 0 } dt { color: var(--muted) } dd { margin: 0; text-align: end; font-variant-numeric: tabular-nums }
.row { display: flex; flex-wrap: wrap; gap: .75rem } .row button { flex: 1 1 8rem; margin-top: 0 }
`

/** Every page says first that payments are simulated. It needs no script. */
export function pageOf(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Simulated payments</title>
<style>${STYLE_NODE}</style>
</head>
<body>
<main>
<p class="mark" role="note"><strong>Simulated payments.</strong> No money moves here. Never enter a real card.</p>
${content}
</main>
</body>
</html>`
}

const STYLE_NODE = raw(STYLE)

export function messagePage(title: string, message: string): Html {
  return pageOf(title, html`<h1>${title}</h1><p>${message}</p>`)
}
