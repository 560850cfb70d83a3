import { staleness } from '../contract/checks.ts';
import { settledFinding } from '../contract/settled-text.ts';
import type { Finding } from '../contract/suite.ts';
import type { TransferResult } from './schema.ts';

/** `wrong` where a stale output or a layer is proven, or values are wrong by kind; `suspect` where one is beyond its limit. */
export const verdict = ({ checks, stale = 0, settled }: TransferResult): Finding =>
  staleness(stale) ?? settledFinding(checks, (form) => `logits of ${form} calls`, settled);
