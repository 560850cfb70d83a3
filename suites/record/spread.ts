/** What all other cells of a session are told where one of its suites found its outputs `wrong` or `suspect`. */
export const spreadReason = (status: string, suite: string, reason: string): string =>
  `its session gave a ${status} output: ${suite}: ${reason}`;

/** The reason that a session's cells share: what one of its suites found, without the words of `spreadReason`. */
export const causeIn = (reason: string): string => reason.replace(/^its session gave a \w+ output: [\w-]+: /, '');
