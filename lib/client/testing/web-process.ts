import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { theMachineInterface } from '../../api/app'
import { finishing } from '../../platform/finish-requests'

/** The machine interface in a process of its own, to be killed, or ended as the web server is. */
const server = createServer()
const finishRequests = finishing(server)
server.on('request', getRequestListener(theMachineInterface().fetch, { overrideGlobalObjects: false }))
process.once('SIGTERM', () => void finishRequests().then(() => process.exit(0)))
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'))
