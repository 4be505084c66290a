import { serve } from '@hono/node-server'
import { theMachineInterface } from '../../api/app'

/** The machine interface in a process of its own, to be killed. */
const { fetch } = theMachineInterface()
serve({ fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) }, () => process.send?.('ready'))
