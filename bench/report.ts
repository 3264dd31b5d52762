/** The lines of the report: what was measured, its ratio to the pipe, and whether the goal is met. */
import { summarise } from './statistics.ts';
import { number } from './table.ts';

/** One value of each subject. */
export interface Subjects<Value> {
  readonly pipe: Value;
  /** The libraries alone, without Poeway. */
  readonly floor: Value;
  readonly poeway: Value;
}

/** The head of the table whose rows these are. */
export const HEAD = ['', 'pipe', 'parts alone', 'Poeway', 'to the pipe', 'goal', ''] as const;

/**
 * A figure that has a goal relative to the pipe. The ratio is the median of the rounds' own ratios:
 * what disturbs the machine disturbs both halves of a round.
 */
export function comparison(
  name: string,
  { pipe, floor, poeway }: Subjects<readonly number[]>,
  goal: number,
): readonly string[] {
  const ratios = poeway.map((value, round) => value / (pipe[round] ?? Number.NaN));
  const ratio = summarise(ratios);
  return [
    name,
    spread(pipe),
    spread(floor),
    spread(poeway),
    spread(ratios, 2),
    `≤ ${number(goal)}`,
    verdict(ratio.median <= goal),
  ];
}

/** A figure of Poeway's that has an absolute goal, or none. */
export function figure(
  name: string,
  { pipe, floor, poeway }: Subjects<string>,
  goal?: { readonly text: string; readonly met: boolean },
): readonly string[] {
  return [name, pipe, floor, poeway, '', goal?.text ?? '', goal ? verdict(goal.met) : ''];
}

function verdict(met: boolean): string {
  return met ? 'PASS' : 'miss';
}

/** The median, and the range of all rounds. */
function spread(values: readonly number[], digits = 1): string {
  const { median, least, most } = summarise(values);
  return `${number(median, digits)} (${number(least, digits)}–${number(most, digits)})`;
}
