/** Making text fit where it goes: HTTP header values are printable ASCII, and short. */

const HEADER_LIMIT = 1024;

/**
 * A name as it may stand in a header value: kept when it is plain, percent-encoded otherwise, so
 * that a bot called `助手`, or a parameter with a line break in its name, cannot break the reply.
 */
export function headerWord(name: string): string {
  const short = name.length > 128 ? `${name.slice(0, 128)}…` : name;
  return /^[\w.:/@[\]() +-]*$/.test(short)
    ? short
    : encodeURIComponent(short.replace(/\p{Surrogate}/gu, '?'));
}

/** Names joined by commas, cut (with a count of the rest) before the header gets too long. */
export function headerList(names: readonly string[]): string {
  let list = '';
  for (const [position, name] of names.entries()) {
    const word = headerWord(name);
    if (list !== '' && list.length + word.length > HEADER_LIMIT)
      return `${list}, and ${names.length - position} more`;
    list += list === '' ? word : `, ${word}`;
  }
  return list;
}
