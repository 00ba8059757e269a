/**
 * MJML and HTML as tags with their places in the source, Liquid left alone. Places make it possible to change one spot
 * and leave every other character as its author wrote it, which a DOM, made to be written out again, does not.
 */
import { hidden, outside } from "./liquid";

export interface Tag {
  kind: "tag";
  name: string;
  attributes: Record<string, string>;
  children: Piece[];
  start: number;
  /** Where its opening tag ends and its closing one begins; both are the end of one that has neither. */
  innerStart: number;
  innerEnd: number;
  end: number;
}

export interface Words {
  kind: "text";
  start: number;
  end: number;
}

export interface Comment {
  kind: "comment";
  start: number;
  end: number;
}

export type Piece = Tag | Words | Comment;

const VOID = new Set(["area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"]);
const TAG = /<!--[\s\S]*?-->|<(\/?)([A-Za-z][\w-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** The pieces of a source; null where tags do not pair up, or something like a tag is none. */
export function scan(source: string): Piece[] | null {
  const masked = hidden(source);
  const top: Piece[] = [];
  const open: Tag[] = [];
  let position = 0;
  const inside = () => open.at(-1)?.children ?? top;
  const words = (end: number) => {
    if (end > position) inside().push({ kind: "text", start: position, end });
    return !masked.slice(position, end).includes("<");
  };
  for (const found of masked.matchAll(TAG)) {
    const [start, end] = [found.index, found.index + found[0].length];
    if (!words(start)) return null;
    position = end;
    const [, closing, name] = found;
    if (name === undefined) inside().push({ kind: "comment", start, end });
    else if (closing) {
      const tag = open.pop();
      if (tag?.name !== name) return null;
      Object.assign(tag, { innerEnd: start, end });
    } else {
      const attributes = attributesOf(source, start + 1 + name.length, found[3] ?? "");
      const tag: Tag = {
        kind: "tag",
        name,
        attributes,
        children: [],
        start,
        innerStart: end,
        innerEnd: end,
        end,
      };
      inside().push(tag);
      if (!found[4] && !VOID.has(name)) open.push(tag);
    }
  }
  return words(source.length) && open.length === 0 ? top : null;
}

/** Every tag, in the order of the source. */
export function* tags(pieces: Piece[]): Generator<Tag> {
  for (const piece of pieces) {
    if (piece.kind !== "tag") continue;
    yield piece;
    yield* tags(piece.children);
  }
}

export function escape(text: string): string {
  return outside(text, (words) =>
    words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  );
}

export function unescape(text: string): string {
  return outside(text, (words) =>
    words.replace(/&(?:(\w+)|#(\d+)|#x([\da-f]+));/gi, (whole, name, decimal, hex) => {
      if (name) return NAMED[name] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }),
  );
}

/** ` name="value"` of each. */
export function written(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${outside(escape(value), (text) => text.replaceAll('"', "&quot;"))}"`)
    .join("");
}

function attributesOf(source: string, start: number, masked: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const one of masked.matchAll(ATTRIBUTE)) {
    const value = one[2] ?? one[3] ?? "";
    const from = start + one.index + one[0].length - 1 - value.length;
    found[one[1] ?? ""] = unescape(source.slice(from, from + value.length));
  }
  return found;
}
