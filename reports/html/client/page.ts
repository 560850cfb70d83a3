import { start } from './app.ts';
import { readData } from './data.ts';
import { reachable } from './sort-tables.ts';

addEventListener('resize', reachable);
readData().then(start, (error: unknown) => {
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = `The figures of this page cannot be read: ${error instanceof Error ? error.message : error}. It needs a browser with DecompressionStream (2023 or newer).`;
  document.getElementById('main')?.prepend(note);
});
