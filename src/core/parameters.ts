/**
 * A request's own parameters and its effort, as one bot takes them. Poe's chat endpoint refuses a
 * whole request for one field that the bot does not declare or for one value of the wrong type, so
 * what cannot be meant otherwise is coerced, and what does not fit is dropped and named.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import type { ModelCard } from './model.ts';

/** What of the parameters can be sent. */
export interface FittedParameters {
  /** Declared by the bot, with values that it takes; the effort's among them. */
  readonly parameters: JsonObject;
  /**
   * The effort for an endpoint's own `reasoning_effort` field: the client's word when the bot
   * declares nothing for it, the bot's nearest word when it declares `reasoning_effort` (then it
   * is among the parameters too), else undefined.
   */
  readonly reasoningEffort: string | undefined;
  /** Names of what was dropped. An effort that no word of the bot's is near to is `reasoning_effort`. */
  readonly ignored: readonly string[];
  /**
   * Given for a bot that is not in Poe's list: nobody knows what it takes. The chat endpoint
   * refuses them, the native protocol takes any.
   */
  readonly undeclared: JsonObject;
}

/** How much the client wants the bot to think. */
export interface Thinking {
  readonly effort?: string | undefined;
  /** Tokens; 0: not at all. Stands for an effort where none is named. */
  readonly budget?: number | undefined;
  /** Nothing is lost without it: only a bot that declares a parameter for it is told. */
  readonly isHint?: boolean;
}

/**
 * - A word in other capitals becomes the bot's; a unit may be left out (`8` for `8s`).
 * - `"5"` becomes 5, `"true"` true, 5 `"5"`, where the bot wants that type.
 * - A number out of its range is dropped, not moved to the nearest bound: a value that nobody asked
 *   for is worse than the bot's default. Only `thinking_budget` is moved: it says how much at most.
 */
export function fitParameters(
  card: ModelCard | undefined,
  parameters: JsonObject,
  { effort: word, budget, isHint = false }: Thinking = {},
): FittedParameters {
  let effort = word ?? (budget === undefined ? undefined : effortOfBudget(budget));
  const unused = isHint && effort !== undefined ? ['reasoning_effort'] : [];
  if (!card)
    return {
      parameters: {},
      reasoningEffort: isHint ? undefined : effort,
      ignored: unused,
      undeclared: parameters,
    };
  const declared = card.parameters;
  const fitted = new Map<string, JsonValue>();
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null) continue;
    const schema = declared.get(name);
    const fit = schema && fitValue(name, value, schema);
    if (fit === undefined) ignored.push(name);
    else fitted.set(name, fit);
  }

  const controls = effort === undefined ? [] : [...declared].filter(([name]) => isControl(name));
  if (effort !== undefined && controls.length > 0) {
    const set = setEffort(effort, controls, budget);
    for (const [name, value] of set) if (!fitted.has(name)) fitted.set(name, value);
    if (set.length === 0) ignored.push('reasoning_effort');
    effort = undefined;
  } else if (isHint) {
    ignored.push(...unused);
    effort = undefined;
  }
  const own = fitted.get('reasoning_effort');
  if (typeof own === 'string') effort = own;
  return {
    parameters: Object.fromEntries(fitted),
    reasoningEffort: effort,
    ignored,
    undeclared: {},
  };
}

/** The value as the schema wants it; undefined when that is not clear. */
function fitValue(name: string, value: JsonValue, schema: JsonObject): JsonValue | undefined {
  if (Array.isArray(schema['enum'])) return fitWord(value, schema['enum']);
  switch (schema['type']) {
    case 'number':
    case 'integer':
      return fitNumber(name, value, schema);
    case 'boolean':
      return fitBoolean(value);
    case 'string':
      if (typeof value === 'string') return value;
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
    case 'array':
      return Array.isArray(value) ? value : undefined;
    case 'object':
      return isJsonObject(value) ? value : undefined;
    default:
      // Nothing is said of it, or nothing that is known here.
      return value;
  }
}

function fitWord(value: JsonValue, words: readonly JsonValue[]): JsonValue | undefined {
  if (words.includes(value)) return value;
  if (typeof value === 'object') return undefined;
  const wanted = String(value).trim().toLowerCase();
  const alike = words.filter((word) => String(word).toLowerCase() === wanted);
  if (alike.length > 0) return alike[0];
  // `4` for `4s`, `1080` for `1080p`.
  if (!/^\d+(?:\.\d+)?$/.test(wanted)) return undefined;
  const units = words.filter((word) => /^[\d.]+[a-z]+$/i.test(String(word)));
  const counted = units.filter((word) => String(word).replace(/[a-z]+$/i, '') === wanted);
  return counted.length === 1 ? counted[0] : undefined;
}

function fitNumber(name: string, value: JsonValue, schema: JsonObject): number | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  const number = text === '' ? value : Number(text);
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  if (schema['type'] === 'integer' && !Number.isInteger(number)) return undefined;
  const { minimum, maximum } = rangeOf(schema);
  const near = Math.min(Math.max(number, minimum), maximum);
  return near === number || name === 'thinking_budget' ? near : undefined;
}

function fitBoolean(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object') return undefined;
  const word = String(value).trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : undefined;
}

function rangeOf(schema: JsonObject): { readonly minimum: number; readonly maximum: number } {
  const { minimum, maximum } = schema;
  return {
    minimum: typeof minimum === 'number' ? minimum : Number.NEGATIVE_INFINITY,
    maximum: typeof maximum === 'number' ? maximum : Number.POSITIVE_INFINITY,
  };
}

/** Effort in all the words that vendors have for it, least first. */
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

/** Which part of a bot's largest thinking budget each effort is. */
const BUDGET_PARTS = [0, 0.1, 0.2, 0.5, 0.8, 0.95, 1] as const;

/** Vendors refuse to think less than this, in tokens, if at all. */
const SMALLEST_BUDGET = 1024;

const WORD_CONTROLS: ReadonlySet<string> = new Set([
  'reasoning_effort',
  'output_effort',
  'effort',
  'thinking_level',
]);

const SWITCHES: ReadonlySet<string> = new Set([
  'enable_thinking',
  'deep_thinking',
  'enable_reasoning',
  'reasoning_enabled',
]);

/** Whether a parameter says how much to think. */
export function isControl(name: string): boolean {
  return name === 'thinking_budget' || WORD_CONTROLS.has(name) || SWITCHES.has(name);
}

/** An effort in the terms of every control that the bot has for it; empty if it is no effort. */
function setEffort(
  effort: string,
  controls: readonly (readonly [string, JsonObject])[],
  budget?: number,
): readonly [string, JsonValue][] {
  const word = effort.trim().toLowerCase();
  const rank = EFFORTS.findIndex((name) => name === word);
  const set = controls.flatMap(([name, schema]): [string, JsonValue][] => {
    const value = WORD_CONTROLS.has(name)
      ? nearestWord(word, rank, schema)
      : rank === -1
        ? undefined
        : SWITCHES.has(name)
          ? // As little as possible is off, where there is nothing between.
            rank > 1
          : budget === undefined
            ? budgetOf(rank, schema)
            : fitNumber(name, budget, schema);
    return value === undefined ? [] : [[name, value]];
  });
  // `none` is said by what can be switched off; the least of a scale that cannot be is not `none`.
  const off = set.filter(([, value]) => value === false || value === 0 || value === 'none');
  return rank === 0 && off.length > 0 ? off : set;
}

/** The bot's word for an effort, or its nearest; of two as near, the greater. */
function nearestWord(word: string, rank: number, schema: JsonObject): string | undefined {
  const words: readonly JsonValue[] = Array.isArray(schema['enum']) ? schema['enum'] : [...EFFORTS];
  const own = words.find((name) => typeof name === 'string' && name.toLowerCase() === word);
  if (typeof own === 'string') return own;
  if (rank === -1) return undefined;
  let nearest: string | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const [position, name] of EFFORTS.entries()) {
    const candidate = words.find((other) => String(other).toLowerCase() === name);
    if (typeof candidate !== 'string' || Math.abs(position - rank) > distance) continue;
    distance = Math.abs(position - rank);
    nearest = candidate;
  }
  return nearest;
}

/** The effort that a budget stands for, in the measure of Anthropic's models. */
function effortOfBudget(budget: number): string {
  if (budget === 0) return 'none';
  if (budget <= 4_096) return 'low';
  return budget <= 16_384 ? 'medium' : 'high';
}

function budgetOf(rank: number, schema: JsonObject): number | undefined {
  const { minimum, maximum } = rangeOf(schema);
  if (rank === 0) return Math.max(0, minimum);
  if (!Number.isFinite(maximum)) return undefined;
  const share = Math.round(maximum * (BUDGET_PARTS[rank] ?? 1));
  return Math.min(Math.max(share, SMALLEST_BUDGET, minimum), maximum);
}
