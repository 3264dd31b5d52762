/** Looking up foreign words in a table of ours. */

/**
 * A table's own entry. Words like `constructor` come from outside too, and a plain object would
 * answer them with what every object inherits.
 */
export function entryOf<Value>(
  table: Readonly<Record<string, Value>>,
  word: string,
): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
