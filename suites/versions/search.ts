/** What a version does: without the fault, with it, or it shows neither, since it cannot run here. */
export type Mark = 'good' | 'bad' | 'skipped';

/** Tries the version at an index. Called once for each index. */
export type Try = (index: number) => Promise<Mark>;

/** What a search found. Indices are those of the versions, the oldest first. */
export type SearchResult =
  /** The fault came between two versions. What lies between them was tried and skipped. */
  | { readonly kind: 'came'; readonly lastGood: number; readonly firstBad: number }
  /** Every version that runs has the fault: the oldest that was tried and runs. */
  | { readonly kind: 'always'; readonly since: number }
  /** Both ends are good, or both are bad: there is nothing to search. */
  | { readonly kind: 'same'; readonly answer: 'good' | 'bad' }
  /** The version that should have the fault, or the one that should not, does not run. */
  | { readonly kind: 'stuck'; readonly index: number };

/** Which versions to search: `bad` has the fault, and `good`, an older one, has not; undefined where none is known. */
export type Ends = { readonly good: number | undefined; readonly bad: number };

/** The indices between two others, those nearest to the middle first. */
function fromTheMiddle(low: number, high: number): number[] {
  const middle = (low + high) / 2;
  const between = Array.from({ length: Math.max(0, high - low - 1) }, (_, i) => low + 1 + i);
  return between.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
}

/** Remembers what was tried. */
function once(attempt: Try): Try {
  const known = new Map<number, Promise<Mark>>();
  return (index) => {
    const answer = known.get(index) ?? attempt(index);
    known.set(index, answer);
    return answer;
  };
}

/** Halves the versions between a good and a bad one. Where one is skipped, the next nearest to the middle is tried. */
async function halve(good: number, bad: number, attempt: Try): Promise<SearchResult> {
  let [lastGood, firstBad] = [good, bad];
  for (let open = true; open; ) {
    open = false;
    for (const index of fromTheMiddle(lastGood, firstBad)) {
      const answer = await attempt(index);
      if (answer === 'skipped') continue;
      if (answer === 'good') lastGood = index;
      else firstBad = index;
      open = true;
      break;
    }
  }
  return { kind: 'came', lastGood, firstBad };
}

/** How many versions in a row must be skipped until no older one is expected to run. */
const ROW = 6;

/**
 * The oldest bad version that runs, below one that does, where older ones may not run: halves, and then tries those just
 * below one by one, until some in a row are skipped. Stops at a good one.
 */
async function oldestBelow(bad: number, attempt: Try): Promise<{ good: number | undefined; since: number }> {
  let [low, since] = [-1, bad];
  while (since - low > 1) {
    const middle = Math.floor((low + since) / 2);
    const answer = await attempt(middle);
    if (answer === 'good') return { good: middle, since };
    if (answer === 'bad') since = middle;
    else low = middle;
  }
  for (let skipped = 0, index = since - 1; skipped < ROW && index >= 0; index--) {
    const answer = await attempt(index);
    if (answer === 'good') return { good: index, since };
    if (answer === 'skipped') skipped++;
    else [since, skipped] = [index, 0];
  }
  return { good: undefined, since };
}

/**
 * Goes back from a bad version in steps that double, until a good one is found. Where none is, `always`, from the oldest
 * version that runs.
 */
async function gallop(bad: number, attempt: Try): Promise<SearchResult> {
  let oldest = bad;
  for (let step = 1; bad - step >= 0; step *= 2) {
    const answer = await attempt(bad - step);
    if (answer === 'good') return halve(bad - step, oldest, attempt);
    if (answer === 'bad') oldest = bad - step;
  }
  const { good, since } = await oldestBelow(oldest, attempt);
  return good === undefined ? { kind: 'always', since } : halve(good, since, attempt);
}

/**
 * Searches for the version in which a fault came. It is one where the fault came and, where a fault came, went and came
 * again, not necessarily the first: the versions before it are not all tried.
 */
export async function search({ good, bad }: Ends, given: Try): Promise<SearchResult> {
  const attempt = once(given);
  const atBad = await attempt(bad);
  if (atBad === 'skipped') return { kind: 'stuck', index: bad };
  if (atBad === 'good') return { kind: 'same', answer: 'good' };
  if (good === undefined) return gallop(bad, attempt);
  const atGood = await attempt(good);
  if (atGood === 'skipped') return { kind: 'stuck', index: good };
  if (atGood === 'bad') return { kind: 'same', answer: 'bad' };
  return halve(good, bad, attempt);
}
