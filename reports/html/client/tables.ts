import { reachable, ready } from './sort-tables.ts';

addEventListener('resize', reachable);
addEventListener('toggle', reachable, true);
ready(document);
document.body.dataset.ready = '';
