import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { serve } from '../../suites/hosts/browser/server.ts';

// A server whose process has no descriptor left from the line `exhaust` until the next one.
const [folder = ''] = process.argv.slice(2);
const { origin, token } = await serve({ '/files/': folder });
console.log(JSON.stringify({ origin, token }));

const taken: number[] = [];
createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    while (line === 'exhaust') taken.push(openSync('/dev/null', 'r'));
    for (const descriptor of taken) closeSync(descriptor);
  } catch (error) {
    console.log((error as NodeJS.ErrnoException).code);
    return;
  }
  console.log('free');
});
