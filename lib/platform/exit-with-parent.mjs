/**
 * Loaded first into every program that `npm start` runs. When the channel to it breaks, it was killed without a word (kill -9),
 * and a program that stayed behind would hold its port and go on writing.
 */
if (process.channel) {
  process.channel.unref()
  process.once('disconnect', () => {
    if (process.listenerCount('SIGTERM') > 0) process.emit('SIGTERM')
    else process.exit(0)
    setTimeout(() => process.exit(1), 10_000).unref()
  })
}
