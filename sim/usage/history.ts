/**
 * Invented expenses of a month in 2026, newest first: more than the largest page, so that paging can be
 * seen to work. What bots really answered is counted in `expenses.ts`.
 */

/** One row of the points history, in Poe's shape. */
export interface Expense {
  /** Microseconds since the epoch. */
  readonly creation_time: number;
  readonly bot_name: string;
  readonly query_id: string;
  readonly usage_type: 'API' | 'Chat' | 'Canvas App';
  readonly cost_points: number;
  readonly cost_usd: string;
  readonly cost_breakdown_in_points: Readonly<Record<string, string>>;
  readonly api_key_name: string | null;
  readonly chat_name: string | null;
  readonly canvas_tab_name: string | null;
}

const COUNT = 130;
const SIX_HOURS = 6 * 3_600_000_000;
const NEWEST = 1_790_000_000_000_000;
const NAMES = ['Claude-Opus-4.5', 'GPT-5-mini', 'Nano-Banana'];
const TYPES = ['API', 'API', 'Chat'] as const;

function expense(index: number): Expense {
  const input = 40 + (index % 7) * 10;
  const output = 100 + (index % 11) * 20;
  const type = TYPES[index % TYPES.length] ?? 'API';
  return {
    creation_time: NEWEST - index * SIX_HOURS,
    bot_name: NAMES[index % NAMES.length] ?? 'Echo',
    query_id: `query-${String(COUNT - index).padStart(4, '0')}`,
    usage_type: type,
    cost_points: input + output,
    cost_usd: ((input + output) / 33_333).toFixed(4),
    cost_breakdown_in_points: {
      Input: `${input} points (${input * 12} tokens)`,
      Output: `${output} points (${output * 2} tokens)`,
      Total: `${input + output} points`,
    },
    api_key_name: type === 'API' ? 'laptop' : null,
    chat_name: type === 'Chat' ? 'Holiday plans' : null,
    canvas_tab_name: null,
  };
}

/** All of it, newest first. */
export const history: readonly Expense[] = Array.from({ length: COUNT }, (_, index) =>
  expense(index),
);
