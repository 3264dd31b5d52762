/**
 * JSON as Poe's own Python writes it: a space after every colon and comma. Characters outside
 * ASCII stay themselves, so that they can be cut on the wire.
 */

/** The text of a value. */
export function spacedJson(value: unknown): string {
  // Line breaks inside strings are escaped by then: those that are left are the indentation.
  return JSON.stringify(value, null, 1).replaceAll(/,\n */g, ', ').replaceAll(/\n */g, '');
}
