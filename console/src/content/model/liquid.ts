/** Liquid inside a source: found, so that whatever reads or writes the rest leaves it as it is. */

const PIECE =
  /\{%-?\s*(raw|comment|doc)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** A character of no script: what stands in place of each character of Liquid. */
export const HIDDEN = "\uE000";

/** The source with its Liquid hidden, every position as it was. */
export function hidden(source: string): string {
  return source.replace(PIECE, (piece) => HIDDEN.repeat(piece.length));
}

/** The source with everything but its Liquid changed. */
export function outside(source: string, change: (text: string) => string): string {
  let [made, position] = ["", 0];
  for (const found of source.matchAll(PIECE)) {
    made += change(source.slice(position, found.index)) + found[0];
    position = found.index + found[0].length;
  }
  return made + change(source.slice(position));
}

/** `{{ person.first_name | default: "friend" }}`; a quote inside the default is written as the other kind. */
export function placeholder(path: string, fallback: string): string {
  if (!fallback) return `{{ ${path} }}`;
  const quote = fallback.includes('"') ? "'" : '"';
  return `{{ ${path} | default: ${quote}${fallback.replaceAll(quote, "")}${quote} }}`;
}
