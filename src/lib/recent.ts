/** Memories of a bounded size. */

/** Puts a value at the end of a memory; when there are more than `most`, what has been at the front goes. */
export function keep<Value>(
  memory: Map<string, Value>,
  key: string,
  value: Value,
  most: number,
): Value {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (memory.size > most && oldest !== undefined) memory.delete(oldest);
  return value;
}

/** All names beyond a bound. */
const OTHERS = 'other';

/**
 * Names that others made up, kept to so many: the first ones are used as they are, and what comes later is
 * `other`.
 *
 * @returns The name to use. `mayBeNew`: it is taken in if it is not known and there is room.
 */
export function boundedNames(most: number): (name: string, mayBeNew: boolean) => string {
  const names = new Set<string>();
  return (name, mayBeNew) => {
    if (mayBeNew && names.size < most) names.add(name);
    return names.has(name) ? name : OTHERS;
  };
}
