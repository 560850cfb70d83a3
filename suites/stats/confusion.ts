/** What became of the images of one class, and of the answers that name it. */
export type ClassFigures = {
  readonly label: number;
  /** Images of the class, answers that name it, and images of it with that answer. */
  readonly images: number;
  readonly answers: number;
  readonly right: number;
};

/** The figures of each class that is a label or an answer, by class. An answer of −1 names no class. */
export function classFigures(answers: ArrayLike<number>, labels: ArrayLike<number>): ClassFigures[] {
  const found = new Map<number, { images: number; answers: number; right: number }>();
  const of = (label: number) => {
    const one = found.get(label) ?? { images: 0, answers: 0, right: 0 };
    found.set(label, one);
    return one;
  };
  for (let i = 0; i < labels.length; i++) {
    const [label, answer] = [labels[i] as number, answers[i] as number];
    of(label).images++;
    if (answer >= 0) of(answer).answers++;
    if (answer === label) of(label).right++;
  }
  return [...found].sort(([a], [b]) => a - b).map(([label, one]) => ({ label, ...one }));
}

/** Images of a class that got another class as their answer. */
export type Confusion = { readonly label: number; readonly answer: number; readonly images: number };

/** Pairs of a class and a wrong answer to it, the most frequent first; of equally frequent ones, by class. */
export function confusions(answers: ArrayLike<number>, labels: ArrayLike<number>): Confusion[] {
  const found = new Map<string, { label: number; answer: number; images: number }>();
  for (let i = 0; i < labels.length; i++) {
    const [label, answer] = [labels[i] as number, answers[i] as number];
    if (label === answer) continue;
    const key = `${label} ${answer}`;
    const one = found.get(key) ?? { label, answer, images: 0 };
    one.images++;
    found.set(key, one);
  }
  return [...found.values()].sort((a, b) => b.images - a.images || a.label - b.label || a.answer - b.answer);
}
