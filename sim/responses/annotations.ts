/**
 * The annotations of a text: one for each Markdown link to what a search has found.
 */
import type { Search } from '../bot.ts';
import type { JsonObject } from '../json.ts';

/** In the order of the sources; a link is `[words](address)`. */
export function annotationsOf(text: string, searches: readonly Search[]): readonly JsonObject[] {
  return searches
    .flatMap(({ sources }) => sources)
    .flatMap(({ url, title }) => {
      const middle = text.indexOf(`](${url})`);
      const start = text.lastIndexOf('[', middle);
      if (middle < 0 || start < 0) return [];
      const end = middle + `](${url})`.length;
      return [{ type: 'url_citation', end_index: end, start_index: start, title, url }];
    });
}
