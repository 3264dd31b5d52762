/**
 * The shape of a request as data: small checks that are put together, each with the words and the path
 * of Anthropic's own refusals. What the words mean together is for the files beside this one.
 */
import { isObject, type JsonObject } from '../json.ts';
import type { VendorModel } from './vendor-model.ts';

/** What a request may hold depends on this. */
export interface Terms {
  /** The betas that were asked for. */
  readonly betas: ReadonlySet<string>;
  /** The vendor knows the API as it was before all betas. */
  readonly dated: boolean;
  readonly model: VendorModel;
}

/** What is wrong with a value, with its path in front. */
export type Check = (value: unknown, path: string, terms: Terms) => string | undefined;

/** The first fault. */
export function firstOf<T>(
  items: readonly T[],
  fault: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = fault(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function plain(fits: (value: unknown) => boolean, words: string): Check {
  return (value, path) => {
    if (value === undefined) return `${path}: Field required`;
    return fits(value) ? undefined : `${path}: ${words}`;
  };
}

export const text = plain((value) => typeof value === 'string', 'Input should be a valid string');
export const flag = plain((value) => typeof value === 'boolean', 'Input should be a valid boolean');
export const dictionary = plain(isObject, 'Input should be a valid dictionary');
export const anything: Check = () => undefined;

export function number(least: number, most: number, words: string): Check {
  return plain((value) => typeof value === 'number' && value >= least && value <= most, words);
}

/** A whole number. */
export function integer(least: number): Check {
  const words = `Input should be greater than or equal to ${least}`;
  return (value, path, terms) =>
    Number.isInteger(value) || value === undefined
      ? number(least, Infinity, words)(value, path, terms)
      : `${path}: Input should be a valid integer`;
}

export function matching(pattern: RegExp): Check {
  return (value, path, terms) => {
    const words = `${path}: String should match pattern '${pattern.source}'`;
    return text(value, path, terms) ?? (pattern.test(String(value)) ? undefined : words);
  };
}

export function oneOf(...values: readonly string[]): Check {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop();
  const words = quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : last;
  return plain((value) => values.some((allowed) => allowed === value), `Input should be ${words}`);
}

export function optional(check: Check): Check {
  return (value, path, terms) =>
    value === undefined || value === null ? undefined : check(value, path, terms);
}

/** A member that is a stranger without its beta. */
export function withBeta(beta: string, check: Check): Check {
  return optional((value, path, terms) =>
    terms.betas.has(beta) ? check(value, path, terms) : `${path}: Extra inputs are not permitted`,
  );
}

/** A member that once was one, and still is to a vendor of old. */
export function recent(check: Check): Check {
  return optional((value, path, terms) =>
    terms.dated ? `${path}: Extra inputs are not permitted` : check(value, path, terms),
  );
}

export function list(check: Check): Check {
  return (value, path, terms) => {
    if (value === undefined) return `${path}: Field required`;
    if (!Array.isArray(value)) return `${path}: Input should be a valid list`;
    return firstOf(value, (item, index) => check(item, `${path}.${index}`, terms));
  };
}

/** Text, or what the check says. */
export function textOr(check: Check): Check {
  return (value, path, terms) =>
    typeof value === 'string' ? undefined : check(value, path, terms);
}

function inside(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** An object of these members and no other. */
export function object(members: Readonly<Record<string, Check>>): Check {
  const known = Object.entries(members);
  return (value, path, terms) => {
    if (!isObject(value)) return dictionary(value, path, terms);
    const fault = firstOf(known, ([name, check]) => check(value[name], inside(path, name), terms));
    const stranger = Object.keys(value).find((name) => !Object.hasOwn(members, name));
    return (
      fault ??
      (stranger === undefined
        ? undefined
        : `${inside(path, stranger)}: Extra inputs are not permitted`)
    );
  };
}

/** An object whose `type` says what else it holds; `type` itself is added to each. */
export function tagged(kinds: Readonly<Record<string, Readonly<Record<string, Check>>>>): Check {
  const checks = new Map(
    Object.entries(kinds).map(([type, members]) => [type, object({ type: text, ...members })]),
  );
  const tags = [...checks.keys()].map((tag) => `'${tag}'`).join(', ');
  return (value, path, terms) => {
    if (!isObject(value)) return dictionary(value, path, terms);
    const { type } = value;
    if (type === undefined) return `${path}.type: Field required`;
    const check = typeof type === 'string' ? checks.get(type) : undefined;
    return check
      ? check(value, `${path}.${String(type)}`, terms)
      : `${path}: Input tag '${String(type)}' found using 'type' does not match any of the expected tags: ${tags}`;
  };
}

/** The type of a block, a tool, a choice. */
export function typeOf(value: JsonObject): string {
  return String(value['type']);
}
