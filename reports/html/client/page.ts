import type { PageData } from '../data.ts';
import { start } from './app.ts';
import { readData } from './data.ts';
import { unreadable } from './dom.ts';
import { reachable } from './sort-tables.ts';

addEventListener('resize', reachable);
readData<PageData>().then(start, unreadable);
