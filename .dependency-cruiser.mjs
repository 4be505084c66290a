/**
 * Which code may know which. Every rule is an error, and lib/platform/architecture.test.ts plants a violation of each.
 *
 * Run by lib/platform/architecture.ts (`npm run check:architecture`), which feeds dependency-cruiser what it cannot
 * read itself beside TypeScript 7: TSX, and which imports are types only.
 */

const KERNEL = '^lib/(money|time|result|ids|remembered)\\.ts$'
const TEST = '\\.test\\.tsx?$'
/** Programs of their own that set the stage for the rest: they stand outside the layers, and nothing may import them. */
const STAGE = ['^db/seed/', '^db/testing', '^(lib/[^/]+|app/actions)/testing/']
const STORE = '^lib/billing/commands/store'

const forbidden = [
  {
    name: 'kernel-imports-only-itself',
    comment: 'Money, time, ids, results and what is remembered of them are below everything else.',
    from: { path: KERNEL },
    to: { pathNot: [KERNEL, 'node_modules/(temporal-polyfill|typeid-js)/'] },
  },
  {
    name: 'core-is-pure',
    comment: 'The quote and the charge are one function: no database, framework, clock or environment.',
    from: { path: '^lib/billing/core/', pathNot: TEST },
    to: { pathNot: ['^lib/billing/core/', KERNEL] },
  },
  {
    name: 'client-stands-alone',
    comment: 'The package that companies put into their own processes: it runs in Node, Bun, Deno and at the edge, without a dependency.',
    from: { path: '^lib/client/', pathNot: [TEST, ...STAGE] },
    to: { pathNot: '^lib/client/' },
  },
  {
    name: 'db-imports-only-the-kernel',
    comment: 'Tables know nothing of the rules that fill them.',
    from: { path: '^db/', pathNot: [TEST, ...STAGE] },
    to: { path: '^(app|components|lib|e2e)/', pathNot: KERNEL },
  },
  {
    name: 'lib-imports-nothing-above',
    comment: 'app → components → lib → db → kernel.',
    from: { path: '^lib/', pathNot: TEST },
    to: { path: '^(app|components|e2e)/' },
  },
  {
    name: 'components-import-no-routes',
    comment: 'A server action is a remote call, so a component may name one; a route is above it.',
    from: { path: '^components/', pathNot: TEST },
    to: { path: '^(app/(?!actions/)|e2e/)' },
  },
  {
    name: 'components-touch-no-database',
    comment: 'A component is given a finished view.',
    from: { path: '^components/', pathNot: TEST },
    to: { path: ['^db/', '^lib/billing/(core|commands|flows)/', 'node_modules/(pg|drizzle-orm)/'] },
  },
  {
    name: 'commands-call-no-flows',
    comment: 'A flow calls commands: transaction, network, settle. A command is one transaction.',
    from: { path: '^lib/billing/commands/', pathNot: TEST },
    to: { path: '^lib/billing/flows/' },
  },
  {
    name: 'commands-call-no-commands',
    comment: 'Shared steps live in commands/store and take the transaction, so that locks have one order.',
    from: { path: '^lib/billing/commands/', pathNot: TEST },
    to: { path: '^lib/billing/commands/', pathNot: STORE },
  },
  {
    name: 'views-decide-and-write-nothing',
    comment: 'A view reads for one page.',
    from: { path: '^lib/billing/views/', pathNot: TEST },
    to: { path: '^lib/billing/(commands/(?!store)|flows/)' },
  },
  {
    name: 'catalog-is-data',
    comment: 'A product is a value made of policies.',
    from: { path: '^lib/billing/catalog/', pathNot: TEST },
    to: { pathNot: ['^lib/billing/(catalog|core)/', KERNEL, 'node_modules/zod/'] },
  },
  {
    name: 'only-the-adapter-imports-stripe',
    comment: 'The engine owns plans and invoices; Stripe is rails. The sandbox may use the types and the signature of its events.',
    from: { pathNot: ['^lib/payments/(stripe|sandbox)/', TEST, ...STAGE] },
    to: { path: 'node_modules/stripe/' },
  },
  {
    name: 'payments-know-no-billing',
    comment: 'settle is a billing command; the port only observes.',
    from: { path: '^lib/payments/', pathNot: TEST },
    to: { path: '^lib/billing/' },
  },
  {
    name: 'sandbox-holds-no-engine-code',
    comment: 'A stand-in that shared our code would share our mistakes.',
    from: { path: '^lib/payments/sandbox/', pathNot: TEST },
    to: { path: '^(app|components|db|lib)/', pathNot: ['^lib/payments/sandbox/', '^lib/failpoint\\.ts$', KERNEL] },
  },
  {
    name: 'no-server-only',
    comment: 'It throws in plain Node, which the worker and the tests are.',
    from: { path: '^(lib|db)/' },
    to: { path: '(^|/)server-only(/|$)' },
  },
  {
    name: 'stage-is-for-programs-and-tests',
    comment: 'Test databases and demo data are not part of the running product.',
    from: { pathNot: [TEST, ...STAGE, '^lib/platform/', '^e2e/'] },
    to: { path: STAGE },
  },
  { name: 'no-test-is-imported', comment: 'A test is nobody’s library.', from: {}, to: { path: TEST } },
  { name: 'no-cycles', comment: 'Two files that need each other are one subject.', from: {}, to: { circular: true } },
  {
    name: 'no-unresolved',
    comment: 'An import that resolves to nothing would hide from every rule above.',
    from: {},
    to: { couldNotResolve: true, pathNot: '^server-only$' },
  },
  {
    name: 'product-needs-no-dev-dependency',
    comment: 'It would be missing after `npm ci --omit=dev`.',
    from: { path: '^(app|components|lib|db)/', pathNot: [TEST, ...STAGE, '^lib/platform/', '^db/drizzle\\.config\\.ts$'] },
    to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
  },
]

/** What only counts where the import is more than a type. */
const runtime = [
  {
    name: 'sandbox-takes-only-types-from-stripe',
    comment: 'Its one value from the package is what signs an event for a test.',
    from: { path: '^lib/payments/sandbox/', pathNot: ['^lib/payments/sandbox/webhooks\\.ts$', TEST] },
    to: { path: 'node_modules/stripe/' },
  },
]

/** What a browser would have to download, whoever in between imports it. A server action is where the bundle ends. */
function bundle(clientFiles) {
  const from = { path: clientFiles.map((file) => `^${file.replaceAll(/[.[\]()]/g, '\\$&')}$`) }
  const refused = {
    'client-bundle-has-no-rules': '^lib/billing/(core|commands|flows|views|catalog)/',
    'client-bundle-has-no-temporal': 'node_modules/temporal-polyfill/',
    'client-bundle-has-no-zod': 'node_modules/zod/',
    'client-bundle-has-no-database': ['^db/', 'node_modules/(pg|drizzle-orm)/'],
  }
  return Object.entries(refused).map(([name, path]) => ({
    name,
    comment: 'Client components get finished views: strings and bigint.',
    from,
    to: { path, reachable: true },
  }))
}

const asErrors = (rules) => rules.map((rule) => ({ severity: 'error', ...rule }))

const options = {
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  parser: 'swc', // Without @swc/core it would see no TypeScript at all, and pass.
  preserveSymlinks: true,
  enhancedResolveOptions: {
    extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
  },
}

export const ofAllImports = { forbidden: asErrors(forbidden), options }
export const ofWhatRuns = (clientFiles) => ({ forbidden: asErrors([...runtime, ...(clientFiles.length > 0 ? bundle(clientFiles) : [])]), options })
