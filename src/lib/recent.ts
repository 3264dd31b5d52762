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
