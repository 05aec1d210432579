// Preloaded into a built server: on SIGUSR2 it throws what nobody catches.
process.on('SIGUSR2', () => {
  throw new Error('crashed on purpose');
});
