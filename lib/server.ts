import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import next from 'next'
import { theMachineInterface } from './api/app'
import { followRevocations } from './auth/follow-revocations'
import { theLog } from './observe/log'
import { countRequest } from './observe/metrics'
import { openTraces } from './observe/open-traces'
import { inRequest, REQUEST_ID_HEADER } from './observe/request'
import { isTracing, traced } from './observe/trace'
import { finishing } from './platform/finish-requests'
import { forwardedHost } from './platform/forwarded-host'
import { passOn } from './platform/reverse-proxy'
import { pagePolicy, securityHeaders } from './platform/security-headers'

/**
 * The web server, one process: the machine interface in front of Next, because a route handler of Next serves a tenth of its
 * requests, and the sandbox's card and bank pages behind the same port as the dashboard.
 */
const MACHINE_INTERFACE = /^\/api\/(v1|webhooks)(\/|\?|$)/
const SANDBOX_PAGES = /^\/sandbox\/(checkout|bank)(\/|\?|$)/
const NO_ADDRESS = /%00/
/** They answer with what was asked, cookies too. */
const ECHOING = ['TRACE', 'TRACK']
/** Where signing out leads. */
const SIGNED_OUT = /^\/(operator\/)?sign-in\?(.*&)?reason=signed_out(&|$)/
const FILES = /^\/_next\/static\//
const KEEP_ALIVE_MS = 65_000 // Longer than a load balancer's, which must never send into a connection that we are closing.
const NONCE_BYTES = 16

const port = Number(process.env.PORT ?? 3000)
const host = process.env.HOST ?? '0.0.0.0'
const sandbox = process.env.STRIPE_SANDBOX_URL ? new URL(process.env.STRIPE_SANDBOX_URL) : undefined
const known = forwardedHost(process.env.HEADROOM_URL ?? '')
const headers = new Map(Object.entries(securityHeaders(process.env.HEADROOM_URL ?? '')))

const traces = await openTraces('web')
const revocations = followRevocations()
const isDevelopment = process.env.NODE_ENV !== 'production'
// Nobody goes over to another protocol here but Next's own pages while they are developed: who offers to is answered as everybody else is.
const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, shouldUpgradeCallback: () => isDevelopment })
const finishRequests = finishing(server)
const pages = next({ dev: isDevelopment, hostname: host, port, httpServer: server })
await pages.prepare()
const servePage = pages.getRequestHandler()
const serveMachine = getRequestListener(theMachineInterface().fetch, { overrideGlobalObjects: false })

server.on('request', (request: IncomingMessage, response: ServerResponse) => {
  response.setHeaders(headers)
  inRequest((id) => {
    response.setHeader(REQUEST_ID_HEADER, id)
    serve(request, response)
  })
})

function serve(request: IncomingMessage, response: ServerResponse): void {
  if (NO_ADDRESS.test(request.url ?? '')) return void response.writeHead(404).end() // Postgres has no text with a NUL to compare with.
  if (ECHOING.includes(request.method ?? '')) return void response.writeHead(405, { allow: 'GET, HEAD, POST' }).end()
  rememberCaller(request)
  if (known) Object.assign(request.headers, known)
  if (MACHINE_INTERFACE.test(request.url ?? '')) return void serveMachine(request, response)
  countPage(request, response)
  if (sandbox && SANDBOX_PAGES.test(request.url ?? '')) return void passOn(request, response, sandbox)
  if (FILES.test(request.url ?? '')) return void servePage(request, response)
  guardScripts(request, response)
  if (SIGNED_OUT.test(request.url ?? '')) response.setHeader('clear-site-data', '"cache"') // Of pages that were shown; the theme stays.
  const { method = 'GET' } = request
  const page = isTracing()
    ? traced(`${method} page`, { attributes: { 'http.request.method': method } }, () => servePage(request, response))
    : servePage(request, response)
  page.catch((error: unknown) => {
    theLog().error({ err: error, method: request.method }, 'a page failed')
    if (!response.headersSent) response.writeHead(500)
    response.end()
  })
}

/** The last entry of x-forwarded-for is always ours, so that a caller cannot choose the address that tries are counted by. */
function rememberCaller(request: IncomingMessage): void {
  const told = request.headers['x-forwarded-for']
  request.headers['x-forwarded-for'] = [told, request.socket.remoteAddress].flat().filter(Boolean).join(', ')
}

/** All pages are one route, and their files another: an address of a page names an organization. */
function countPage({ method = 'GET', url = '' }: IncomingMessage, response: ServerResponse): void {
  const began = performance.now()
  const route = FILES.test(url) ? 'files' : 'pages'
  response.once('finish', () => countRequest({ method, route, status: response.statusCode, began }))
}

/** The nonce goes into the page by two ways: Next reads the policy from the request, and the layout the header of its own. */
function guardScripts(request: IncomingMessage, response: ServerResponse): void {
  const nonce = randomBytes(NONCE_BYTES).toString('base64')
  const policy = pagePolicy(nonce, isDevelopment)
  request.headers['content-security-policy'] = policy
  request.headers['x-nonce'] = nonce
  response.setHeader('content-security-policy', policy)
}

/** Takes no new request, finishes those it has, and ends. */
async function stop(): Promise<void> {
  await finishRequests()
  await pages.close()
  await revocations.stop()
  await traces.close()
  process.exit(0)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

server.once('error', (error) => {
  console.error(`The web server cannot listen on ${host}:${port}: ${error.message}`)
  process.exit(1)
})
server.listen(port, host, () => process.send?.('ready'))
