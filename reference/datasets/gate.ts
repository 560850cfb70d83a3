/** A gate that is open while somebody holds it. */
export type Gate = {
  /** Holds it open until the returned function is called. */
  hold(): () => void;
  /** Resolves once it is open: with true, or with false where it was shut for good. */
  passed(): Promise<boolean>;
  /** Shuts it for good. */
  shut(): void;
};

export function openGate(): Gate {
  let [holders, isShut] = [0, false];
  let waiting: ((open: boolean) => void)[] = [];
  const wake = (open: boolean) => {
    const all = waiting;
    waiting = [];
    for (const one of all) one(open);
  };
  return {
    hold() {
      let held = true;
      holders++;
      wake(true);
      return () => {
        if (held) holders--;
        held = false;
      };
    },
    passed: async () => (isShut ? false : holders > 0 || new Promise<boolean>((resolve) => waiting.push(resolve))),
    shut() {
      isShut = true;
      wake(false);
    },
  };
}
