/** How the making of items is told, step by step. */

/** How far an item is. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** Told of a step: its opening, and what else it has to say, as JSON fields after a comma. */
export type Tell = (opening: string, rest?: string) => void;

/** The beginning of an event, up to its number; those that come often put it together once. */
export function opening(type: string, fields: string): string {
  return `event: ${type}\ndata: {"type":"${type}",${fields},"sequence_number":`;
}
