import type { NightData } from '../../nightly/data.ts';
import { readData } from './data.ts';
import { unreadable } from './dom.ts';
import { startNight } from './night-app.ts';
import { reachable } from './sort-tables.ts';

addEventListener('resize', reachable);
readData<NightData>().then(startNight, unreadable);
