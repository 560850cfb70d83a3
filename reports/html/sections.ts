import type { Section } from './kit/section.ts';
import { accuracy } from './sections/accuracy.ts';
import { agreement } from './sections/agreement.ts';
import { comparison } from './sections/comparison.ts';
import { compliance } from './sections/compliance.ts';
import { conformance } from './sections/conformance.ts';
import { environment, method } from './sections/environment.ts';
import { latency } from './sections/latency.ts';
import { layers } from './sections/layers.ts';
import { leak } from './sections/leak.ts';
import { memory } from './sections/memory.ts';
import { placement } from './sections/placement.ts';
import { roofline } from './sections/roofline.ts';
import { scenarios } from './sections/scenarios.ts';
import { startup } from './sections/startup.ts';
import { transfer } from './sections/transfer.ts';

/** In the order of the page. */
export const SECTIONS: readonly Section[] = [
  comparison,
  latency,
  scenarios,
  transfer,
  roofline,
  startup,
  memory,
  leak,
  conformance,
  layers,
  agreement,
  accuracy,
  compliance,
  placement,
  environment,
  method,
];
