/**
 * What the calls to this simulator have cost, key by key, newest first; behind it, for every key, the
 * invented past of `history.ts`. A price list is not looked at: a point for every ten bytes of the
 * request, and 25 for the answer, so that a sum can be told from an estimate.
 */
import { findBot } from '../bots.ts';
import type { Call } from '../call.ts';
import { isObject } from '../json.ts';
import { findClaude } from '../messages/vendor-model.ts';
import type { Reply } from '../wire/reply.ts';
import { history, type Expense } from './history.ts';

const ANSWER = 25;
const BYTES_A_POINT = 10;
/** Of each key. */
const KEPT = 1_000;
const POINTS_A_DOLLAR = 33_333;

/** What bots answer to. */
const PAID = /^\/v1\/(?:chat\/completions|responses|messages)$|^\/bot\/([^/]+)$/;

function expenseOf(name: string, bytes: number, number: number): Expense {
  const input = Math.ceil(bytes / BYTES_A_POINT);
  const points = input + ANSWER;
  return {
    creation_time: Date.now() * 1000,
    bot_name: name,
    query_id: `call-${String(number).padStart(6, '0')}`,
    usage_type: 'API',
    cost_points: points,
    cost_usd: (points / POINTS_A_DOLLAR).toFixed(4),
    cost_breakdown_in_points: {
      Input: `${input} points (${input * 12} tokens)`,
      Output: `${ANSWER} points (${ANSWER * 2} tokens)`,
      Total: `${points} points`,
    },
    api_key_name: 'laptop',
    chat_name: null,
    canvas_tab_name: null,
  };
}

/** The account books of one simulator. */
export class Expenses {
  /** Oldest first. */
  readonly #byKey = new Map<string, Expense[]>();
  #number = 0;

  /** Writes down a call that a bot has answered, or is about to. */
  note({ method, url, key, headers, body }: Call, { status }: Reply): void {
    const path = PAID.exec(url.pathname);
    const payer = key ?? headers['x-api-key'];
    if (method !== 'POST' || status !== 200 || !path || payer === undefined) return;
    const model = isObject(body) ? body['model'] : undefined;
    const name = path[1] === undefined ? String(model) : decodeURIComponent(path[1]);
    const bot = findBot(name) ?? findClaude(name);
    const rows = this.#byKey.get(payer) ?? [];
    const bytes = Number(headers['content-length'] ?? 0);
    rows.push(expenseOf(bot?.name ?? name, bytes, ++this.#number));
    if (rows.length > KEPT) rows.shift();
    this.#byKey.set(payer, rows);
  }

  /** All of a key, newest first. */
  of(key: string | undefined): readonly Expense[] {
    return [...(this.#byKey.get(key ?? '') ?? []).toReversed(), ...history];
  }
}
