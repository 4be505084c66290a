/** The background work, as its own process: a signal that ends the web server must not kill a job half-way. */
const idle = setInterval(() => {}, 60_000)

function stop(): void {
  clearInterval(idle)
  process.exit(0)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
process.send?.('ready')
