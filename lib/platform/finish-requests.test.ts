import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { finishing } from './finish-requests'

/** Longer than any of these takes, so that what waits for it fails. */
const DEADLINE_MS = 20_000
const MEGABYTE = 1024 * 1024

const servers: Server[] = []
const clients: Socket[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  for (const server of servers.splice(0)) server.close()
})

async function serve(answer: RequestListener, withinMs = DEADLINE_MS) {
  const server = createServer()
  servers.push(server)
  const finish = finishing(server, withinMs)
  server.on('request', answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { server, finish, port: (server.address() as AddressInfo).port }
}

/** Somebody with a connection of their own, and all that they were sent. */
async function call(port: number, said: string): Promise<{ socket: Socket; heard: () => string; ended: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1')
  clients.push(socket)
  const ended = once(socket, 'close')
  let heard = ''
  socket.on('data', (part: Buffer) => {
    heard += part.toString('latin1')
  })
  await once(socket, 'connect')
  socket.write(said)
  return { socket, heard: () => heard, ended }
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

describe('a server that is asked to end', () => {
  it('answers what it has been asked, says that the connection closes, and takes no new one', async () => {
    let answer = () => {}
    const { server, finish, port } = await serve((_request, response) => {
      answer = () => response.end('all of it')
    })
    const asked = once(server, 'request')
    const { heard, ended } = await call(port, GET)
    await asked
    const finished = finish()
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    answer()
    await Promise.all([finished, ended])
    expect(heard()).toMatch(/connection: close/i)
    expect(heard()).toContain('all of it')
  })

  it('closes connections on which nothing is asked', async () => {
    const { finish, port } = await serve((_request, response) => void response.end('done'))
    const { heard, ended } = await call(port, GET)
    await expect.poll(heard).toContain('done')
    await Promise.all([finish(), ended])
  })

  it('sends an answer that is written but not read yet to its end', async () => {
    const size = 32 * MEGABYTE
    const { server, finish, port } = await serve((_request, response) => void response.end(Buffer.alloc(size, 'x')))
    const asked = once(server, 'request')
    const { socket, heard, ended } = await call(port, GET)
    socket.pause()
    await asked
    const finished = finish()
    await new Promise(setImmediate)
    socket.resume()
    await Promise.all([finished, ended])
    expect(heard().split('\r\n\r\n')[1]?.length).toBe(size)
  })

  it('answers whoever is still sending a body, reads the rest away, and closes then', async () => {
    const { server, finish, port } = await serve((_request, response) => {
      void finish()
      response.writeHead(413).end('too long')
    })
    const asked = once(server, 'request')
    const { socket, heard, ended } = await call(port, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${2 * MEGABYTE}\r\n\r\n`)
    socket.write('y'.repeat(MEGABYTE))
    await asked
    await expect.poll(heard).toContain('too long')
    expect(socket.destroyed).toBe(false)
    socket.write('y'.repeat(MEGABYTE))
    await ended
    expect(socket.errored).toBeNull()
  })

  it('waits for nobody who has gone over to another protocol', async () => {
    const { server, finish, port } = await serve((_request, response) => void response.end())
    const upgraded = once(server, 'upgrade')
    server.on('upgrade', (_request, socket: Socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'))
    const { ended } = await call(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    await upgraded
    await Promise.all([finish(), ended])
  })

  it('answers as any other request one that offers a protocol which nobody here speaks', async () => {
    const { port } = await serve((_request, response) => void response.end('in HTTP/1.1'))
    const { heard } = await call(
      port,
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    )
    await expect.poll(heard).toContain('in HTTP/1.1')
  })

  it.each([
    { who: 'is never answered', said: GET },
    { who: 'sends half of a body and no more', said: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf' },
  ])('cuts off whoever $who, when the time is over', async ({ said }) => {
    const { server, finish, port } = await serve(() => {}, 100)
    const asked = once(server, 'request')
    const { ended } = await call(port, said)
    await asked
    await Promise.all([finish(), ended])
  })
})
