/** The reference page's own style: system fonts, both color schemes, nothing loaded. */
export const referenceStyle = `
:root { color-scheme: light dark; --page: #fff; --text: #1c2024; --quiet: #60646c; --line: #dcdfe4; --soft: #f4f5f7; --accent: #2f4fc4; --good: #18794e; --bad: #b4232a; --change: #8a4b00 }
@media (prefers-color-scheme: dark) { :root { --page: #111315; --text: #edeef0; --quiet: #a8adb5; --line: #33373d; --soft: #1b1e22; --accent: #9db4ff; --good: #5fd39b; --bad: #ff9592; --change: #ffb224 } }
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.6 system-ui, sans-serif }
a { color: var(--accent); text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
main:focus { outline: none }
.skip { position: absolute; left: -999px }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: .5rem 1rem }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: 0 1.5rem; border-bottom: 1px solid var(--line) }
.brand { font-weight: 650; letter-spacing: -.01em }
.columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 80rem; margin: 0 auto }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 1rem 1.5rem 3rem; font-size: .875rem }
nav h2 { font-size: .875rem; margin: 1rem 0 .25rem }
nav h2 a { color: inherit; text-decoration: none }
nav ul { list-style: none; margin: 0; padding: 0 }
nav li a { display: block; padding: .2rem 0; color: var(--quiet); text-decoration: none }
nav a:hover { text-decoration: underline }
main { padding: 1rem 1.5rem 6rem; border-left: 1px solid var(--line) }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.02em }
section > h2 { margin: 3rem 0 0; padding-bottom: .5rem; border-bottom: 1px solid var(--line); font-size: 1.35rem }
h3 { margin: 2.5rem 0 0; font-size: 1.1rem }
h4 { margin: 1.5rem 0 .25rem; font-size: .875rem }
p { max-width: 44rem; margin: .5rem 0 }
code { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto }
pre code { overflow-wrap: normal }
.method { font: 600 .75rem/1 ui-monospace, monospace; color: var(--accent) }
.method.delete { color: var(--bad) }
.method.patch, .method.put { color: var(--change) }
.method.post { color: var(--good) }
.scroll { overflow-x: auto; margin: 1rem 0 }
table { border-collapse: collapse; width: 100%; min-width: 36rem; table-layout: fixed; font-size: .875rem }
th:nth-child(1) { width: 30% }
th:nth-child(2) { width: 20% }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem }
th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line) }
thead th { color: var(--quiet); border-top: 0 }
td p { margin: 0 }
tr:target { background: var(--soft) }
.required { color: var(--quiet); font-size: .75rem }
.answers { margin: 0; font-size: .875rem }
.answers div { display: grid; grid-template-columns: 3rem minmax(0, 1fr); border-top: 1px solid var(--line); padding: .25rem 0 }
.answers dt { font-family: ui-monospace, monospace; color: var(--bad) }
.answers dt.good { color: var(--good) }
.answers dd, .answers p { margin: 0 }
summary { cursor: pointer; color: var(--accent); font-size: .875rem; padding: .25rem 0 }
@media (max-width: 48rem) { .columns { display: block } nav { position: static; max-height: none; border-bottom: 1px solid var(--line) } main { border-left: 0 } }
`
