import { type End, type Header, UNTOLD } from '../../../suites/record/header.ts';
import type { Run } from '../../../suites/record/record.ts';
import { shardText } from '../../../suites/record/shard-fit.ts';
import { count, NONE, number, percent, roundsText } from '../../../suites/stats/format.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

/** What slowed the processors, as far as the system tells. */
function throttling(end: End | undefined): string {
  const { heat, quota } = end?.throttled ?? UNTOLD;
  const told = [
    heat === null ? [] : [`heat slowed a core ${count(heat, 'time')} at most`],
    quota === null ? [] : [`the CPU quota made the processes wait for ${number(quota)} s`],
  ].flat();
  return told.length === 0 ? NONE : told.join('; ');
}

/** What was typed for a run. */
const commandOf = ({ command }: Header): string =>
  ['npm run bench', ...(command.length > 0 ? ['--', ...command] : [])].join(' ');

/** Which part of a larger plan a run is, as text. */
const shardOf = ({ shard }: Header): string =>
  shard === undefined ? '' : `, shard ${shardText(shard)} of a plan of ${count(shard.plan.length, 'cell')}`;

/** What was typed for the run, or for each of the files that it was read from. */
function commands({ header, files }: Run): Markup | Markup[] {
  if (files === undefined) return html`<dt>Command</dt><dd><code class="copy">${commandOf(header)}</code></dd>`;
  return files.map(
    ({ file, header: own }) =>
      html`<dt>File</dt><dd><code>${file}</code>, started ${own.started}, seed ${own.seed}${shardOf(own)}<br><code class="copy">${commandOf(own)}</code></dd>`,
  );
}

/** What was typed, when, and of which networks. */
const runFacts = (run: Run): Markup => html`${commands(run)}
<dt>Started</dt><dd>${run.header.started}</dd>
${run.resumes.map(({ at, budget, load }) => html`<dt>Resumed</dt><dd>${at}, budget ${number(budget)} s, load ${load.toFixed(2)}</dd>`)}
<dt>Commit</dt><dd>${run.header.commit === null ? 'not a git checkout' : html`<code>${run.header.commit}</code>${run.header.commit.endsWith('+') ? ' (with local changes)' : ''}`}</dd>
<dt>Profile</dt><dd>${run.header.profile}: ${roundsText(run.header)}, budget ${number(run.header.budget)} s${run.files === undefined ? `, seed ${run.header.seed}${shardOf(run.header)}` : ''}</dd>
${(run.header.models ?? []).map(
  ({ id, architecture, files }) =>
    html`<dt>${id}</dt><dd>${architecture ?? 'custom network'}${files.map(({ name, sha256 }) => html`<br><code>${name}</code> SHA-256 <code>${sha256}</code>`)}</dd>`,
)}`;

/** What was run, the machine and the software. */
function environmentSection({ table }: Page): Markup {
  const { header, end } = table.run;
  const { environment: e, fingerprint } = header;
  const steal = end?.steal ?? null;
  const browser =
    e.browser === null
      ? NONE
      : html`${e.browser.name} ${e.browser.version}${e.browser.flags.length > 0 ? html`<br><code>${e.browser.flags.join(' ')}</code>` : ''}`;
  const packages = Object.entries(e.packages);
  return html`<dl class="facts">
${runFacts(table.run)}
<dt>Processor</dt><dd>${e.cpu}, ${e.cores} logical cores</dd>
<dt>Memory</dt><dd>${number(e.memory / 2 ** 30)} GiB</dd>
<dt>Load</dt><dd>${e.load.toFixed(2)} at the start, ${end ? end.load.toFixed(2) : NONE} at the end (one-minute averages; the run’s own work is in the second)</dd>
<dt>Stolen time</dt><dd>${steal === null ? NONE : html`${percent(steal)} % of CPU time, taken by other guests of the hypervisor`}</dd>
<dt>Throttling</dt><dd>${throttling(end)}</dd>
<dt>Governor</dt><dd>${e.governor ?? NONE}</dd>
<dt>GPU</dt><dd>${fingerprint.parts.gpu ?? NONE}</dd>
<dt>Operating system</dt><dd>${e.os}</dd>
<dt>Node</dt><dd>${e.node}</dd>
<dt>Browser</dt><dd>${browser}</dd>
<dt>Packages</dt><dd>${packages.length === 0 ? NONE : packages.map(([name, version], i) => html`${i > 0 ? html`<br>` : ''}<code>${name} ${version}</code>`)}</dd>
<dt>Fingerprint</dt><dd><code>${fingerprint.hash}</code> (times are compared between runs whose machine parts agree)</dd>
</dl>`;
}

/** How the figures come about, for those who check them. */
function methodSection(): Markup {
  return html`<ul>
<li><strong>Timing.</strong> The harness times calls, the runtimes do not. A call’s clock stops when its output is in host memory. Inputs alternate, so that a stale result shows, and every output is kept and checked when measuring is over.</li>
<li><strong>Rounds.</strong> Each round is a fresh process or page, and rounds visit the cells in a newly shuffled order. Samples within a process are correlated, so a round counts as one: its median.</li>
<li><strong>Intervals.</strong> 95 %, from 3 rounds on: Student’s t on the logarithms of the rounds’ medians, from 5 rounds on without the lowest and the highest quarter of them (Tukey and McLaughlin 1963). What they cover is the median that very many rounds would have: on simulated rounds with heavy tails, correlated samples and slow rounds, 93 to 97 % of the intervals hold it, for 3 to 12 rounds. Where rounds ended as soon as the interval was narrow (--within), 90 % do. With 3 rounds they are about three times as wide as with 12. They tell of the spread between processes on this machine, not between machines.</li>
<li><strong>Percentiles.</strong> p90 and p99 are the medians of the rounds’ own percentiles. They are given where every round has so many samples that, with 95 % probability, one lies beyond: 29 for p90, 299 for p99.</li>
<li><strong>Clock.</strong> A call that lasts less than 100 steps of the clock is timed in batches, and a sample is the batch’s mean; the steps are measured in each process or page.</li>
<li><strong>Few.</strong> A star marks a figure of fewer than 3 rounds or 10 samples, or one whose budget ended before all samples were taken.</li>
<li><strong>Truth.</strong> The reference evaluates the network in float64 from the same float32 weights and inputs.</li>
<li><strong>Tolerance.</strong> It is computed, not tuned: the network is evaluated in float32 in the ways that runtimes have (orders of summation, fused multiply-add, batch normalisation folded or kept, Winograd’s convolution), and the largest of their errors, times 2 to 6, are the limit. The ratio is error ÷ allowed, the largest over three norms (the whole tensor, one element, one channel); at most 1 passes. More is suspect. It is wrong where a layer, fed its own inputs, exceeds its worst-case bound.</li>
<li><strong>Accuracy.</strong> Shares carry Wilson’s 95 % score interval. Backends are compared image by image: p is McNemar’s exact test, two-sided. The calibration error has 15 bins of equal width (Guo et al. 2017).</li>
<li><strong>Status.</strong> A case has the worst status of its rounds: crash, timeout, wrong, suspect (an output beyond what right implementations give, which no worst-case bound proves wrong), fallback (another device computed), unsupported, not run, partial (what ran is right, and a part did not run), ok. Where rounds ran on different devices, figures are of the worst round’s device only.</li>
</ul>`;
}

export const environment: Section = {
  id: 'environment',
  title: 'Run and machine',
  has: () => true,
  render: environmentSection,
};

export const method: Section = { id: 'method', title: 'Method', has: () => true, render: methodSection };
