/**
 * Values that fit no schema of the right ones, and that nobody can mend in good faith: not a number
 * in a string, not one item where a list was wanted.
 */
import { isObject } from '../json.ts';

function misfitMember(value: unknown): unknown {
  if (typeof value === 'string' || Array.isArray(value)) return { value };
  return isObject(value) ? 12.5 : `${JSON.stringify(value)} or so`;
}

/** The same object with a wrong type in every member. */
export function misfit(value: unknown): unknown {
  if (!isObject(value) || Object.keys(value).length === 0) return 'not an object';
  const members = Object.entries(value).map(([name, member]) => [name, misfitMember(member)]);
  return Object.fromEntries(members);
}
