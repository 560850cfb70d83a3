import type { ChangeVerdict } from '../../suites/contract/change.ts';
import { FAILING } from './verdicts.ts';

/** The classes of hosts, whose times differ in noise: Node, a browser, and a software adapter on either. */
export const HOST_CLASSES = ['node', 'browser', 'software'] as const;
export type HostClass = (typeof HOST_CLASSES)[number];

/** Relative difference of times that is too small to matter, by class of host: 0.03 is 3 %. */
export type Thresholds = { readonly [host in HostClass]: number };

/** How a comparison judges. `failOn`: the verdicts that make it fail. */
export type Rules = { readonly thresholds: Thresholds; readonly failOn: readonly ChangeVerdict[] };

/** One threshold for all classes of hosts. */
export const everywhere = (threshold: number): Thresholds => ({
  node: threshold,
  browser: threshold,
  software: threshold,
});

/** The rules from a single threshold, with the verdicts that fail by default. */
export const rulesOf = (rules: number | Rules): Rules =>
  typeof rules === 'number' ? { thresholds: everywhere(rules), failOn: FAILING } : rules;
