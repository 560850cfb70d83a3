/**
 * Loaded into a bench: soon after it has said what ASTRAY holds, it throws where nothing awaits it, again and again, as a
 * dependency with a defect would.
 */
const { write } = process.stderr;
let begun = false;
process.stderr.write = ((...given: Parameters<typeof write>) => {
  if (`${given[0]}`.includes(process.env.ASTRAY ?? '') && !begun) {
    begun = true;
    setInterval(() => {
      throw new Error('Cannot find parent object to create disposable');
    }, 50).unref();
  }
  return write.apply(process.stderr, given);
}) as typeof write;
