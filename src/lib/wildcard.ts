/** Patterns with `*` for anything, as people write them in settings. */

/**
 * Whether the whole name fits. Both in the same case. Piece by piece from the left: linear in the
 * name, whatever the pattern.
 */
export function fits(pattern: string, name: string): boolean {
  // Most lines of a long map.
  if (!pattern.includes('*')) return pattern === name;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length) return false;
  let position = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return name.endsWith(last) && name.length - last.length >= position;
}
