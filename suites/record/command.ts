/** The words of a command without an option and its value: `--seed 7` or `--seed=7`. */
export const withoutOption = (command: readonly string[], option: string): string[] =>
  command.filter((word, i) => word !== option && command[i - 1] !== option && !word.startsWith(`${option}=`));
