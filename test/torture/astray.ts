/**
 * Loaded into a bench. Soon after it has printed the text ASTRAY, it repeatedly throws where nothing awaits it, like a
 * dependency with a defect.
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
