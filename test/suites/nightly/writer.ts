import { readFileSync } from 'node:fs';
import { appendRun } from '../../../suites/nightly/folder.ts';

// Appends a run file to a history as often as asked, as several nightly runs at once would.
const [folder = '', file = '', times = '1'] = process.argv.slice(2);
for (let i = 0; i < Number(times); i++) appendRun(folder, readFileSync(file), 'again');
