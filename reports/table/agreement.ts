import { maximum } from '../../reference/collect.ts';
import { decodeFloats } from '../../reference/float32.ts';
import { roomOf } from '../../reference/judge/verdict.ts';
import { findSuite } from '../../suites/suites.ts';
import { sessionsOf } from './lookup.ts';
import type { RowStatus } from './status.ts';
import { type Subject, type Table, told } from './table.ts';

/** A backend that gave an output. */
export type Member = { readonly backend: string; readonly status: RowStatus };

/** The outputs of every backend for one input of one case, compared pair by pair. */
export type BackendAgreement = {
  readonly subject: Subject;
  /** In the order of the table. */
  readonly members: readonly Member[];
  /** `apart` of each pair, by the members' indices; 0 for a member with itself. */
  readonly distances: readonly (readonly number[])[];
  /** Groups of two or more members whose outputs agree in every bit, as indices: they share kernels, or the order of roundings. */
  readonly identical: readonly (readonly number[])[];
};

type Output = Member & { readonly code: string; readonly values: Float32Array; readonly allowed: Float32Array };

/**
 * How far two outputs are apart: the largest |a − b| ÷ (allowed of a + allowed of b) over their elements. Two outputs
 * that are each within their bound are at most 1 apart, so above 1 at least one of the two is wrong, whatever the truth.
 * Equal infinities, and NaN and NaN, are not apart; other pairs with one of them are infinitely so.
 */
export function apart(a: Omit<Output, keyof Member | 'code'>, b: Omit<Output, keyof Member | 'code'>): number {
  if (a.values.length !== b.values.length) return Infinity;
  let most = 0;
  for (const [i, value] of a.values.entries()) {
    const other = b.values[i] as number;
    if (Object.is(value, other) || value === other) continue;
    const distance = Math.abs(value - other) / (roomOf(a.allowed[i] as number) + roomOf(b.allowed[i] as number));
    most = Math.max(most, Number.isNaN(distance) ? Infinity : distance);
  }
  return most;
}

function agreementOf(subject: Subject, outputs: readonly Output[]): BackendAgreement {
  const groups = new Map<string, number[]>();
  for (const [i, { code }] of outputs.entries()) groups.set(code, [...(groups.get(code) ?? []), i]);
  return {
    subject,
    members: outputs.map(({ backend, status }) => ({ backend, status })),
    distances: outputs.map((a) => outputs.map((b) => apart(a, b))),
    identical: [...groups.values()].filter((group) => group.length > 1),
  };
}

/** An agreement for each case that at least two backends gave an output for, in plan order. */
export function agreementsOf(table: Table): BackendAgreement[] {
  return table.subjects.flatMap((subject) => {
    const outputs = sessionsOf(table, subject).flatMap((session): Output[] => {
      const row = session.rows.find((one) => findSuite(one.cell.suite)?.logits);
      const logits = told(row, (suite, figures) => suite.logits?.(figures));
      if (row === undefined || logits === undefined) return [];
      const [values, allowed] = [decodeFloats(logits.values), decodeFloats(logits.allowed)];
      return [{ backend: session.backend, status: row.status, code: logits.values, values, allowed }];
    });
    return outputs.length < 2 ? [] : [agreementOf(subject, outputs)];
  });
}

/** How many others a member's output contradicts: those more than 1 apart. */
export const against = (agreement: BackendAgreement, member: number): number =>
  agreement.distances[member]?.filter((distance) => distance > 1).length ?? 0;

/** How a wrong or suspect member stands among the others. */
function standing(agreement: BackendAgreement, member: number): string {
  const others = agreement.members.length - 1;
  const contradicted = against(agreement, member);
  const { backend: name = '', status } = agreement.members[member] ?? {};
  if (contradicted === others) return `${name} stands alone against ${others}`;
  // The first output of the logits may be right where a stage or a later one is wrong.
  if (contradicted === 0) return `${name}, ${status} elsewhere, stands against none of ${others} here`;
  return `${name} stands against ${contradicted} of ${others}`;
}

/** How each wrong or suspect member stands: `ort-web/webgl stands alone against 8`. */
export const standings = (agreement: BackendAgreement): string[] =>
  agreement.members.flatMap(({ status }, i) =>
    status === 'wrong' || status === 'suspect' ? [standing(agreement, i)] : [],
  );

/** Which outputs agree in every bit: `4 of 9 outputs are bit-identical: a = b; c = d`. */
export function identities({ members, identical }: BackendAgreement): string {
  const names = identical.map((group) => group.map((i) => members[i]?.backend).join(' = '));
  if (names.length === 0) return `no two of ${members.length} outputs are bit-identical`;
  return `${identical.flat().length} of ${members.length} outputs are bit-identical: ${names.join('; ')}`;
}

/** The largest distance between two outputs that do not contradict each other, at most 1. */
export const widest = ({ distances }: BackendAgreement): number => maximum(distances.flat().filter((one) => one <= 1));

/** What an agreement comes to; what is wrong or suspect first, since the end may be cut off. */
export const agreementText = (agreement: BackendAgreement): string =>
  [...standings(agreement), identities(agreement)].join('; ');
