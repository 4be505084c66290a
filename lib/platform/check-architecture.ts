import { findViolations, listTree } from './architecture'

const files = await listTree(process.cwd())
const violations = await findViolations(process.cwd(), files)
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} → ${to}`)
const modules = files.filter((file) => /\.tsx?$/.test(file)).length
console.log(violations.length === 0 ? `${modules} modules keep to the architecture` : `${violations.length} violations in ${modules} modules`)
process.exitCode = violations.length === 0 ? 0 : 1
