/** Loaded before each child's own program: a child whose parent is gone, however it went, stops in order. */
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
