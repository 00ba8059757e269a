/**
 * Text with simple formatting as it is typed, and as it stands in the email: `**bold**`, `*italic*`,
 * `[a link](https://contoso.example "its-id")`, a new line. What HTML says beyond that is not turned into it.
 */
import { hidden, outside } from "./liquid";
import { escape, type Piece, scan, unescape, written } from "./scan";

interface Frame {
  mark: string;
  html: string;
}

const TAGS: Record<string, string> = { "**": "b", "*": "i" };
const MARKS: Record<string, string> = { b: "**", strong: "**", i: "*", em: "*" };
const LINK_END = /^\]\(((?:\\.|[^()\\\s])+)(?: "([^"\s]*)")?\)/;

/** The HTML of what was typed; a mark that has no partner is a character like any other. */
export function toHtml(typed: string): string {
  const masked = hidden(typed);
  const stack: Frame[] = [{ mark: "", html: "" }];
  const top = () => stack.at(-1) as Frame;
  const isOpen = (mark: string) => stack.some((frame) => frame.mark === mark);
  const add = (html: string) => {
    top().html += html;
  };
  const giveUp = () => {
    const frame = stack.pop() as Frame;
    add(frame.mark + frame.html);
  };
  const toggle = (mark: string) => {
    if (top().mark === mark) {
      const { html } = stack.pop() as Frame;
      add(`<${TAGS[mark]}>${html}</${TAGS[mark]}>`);
    } else if (isOpen(mark)) add(mark);
    else stack.push({ mark, html: "" });
  };
  let at = 0;
  while (at < typed.length) {
    const rest = masked.slice(at);
    const words = /^[^\\*[\]\n]+/.exec(rest)?.[0].length ?? 0;
    if (words) {
      add(escape(typed.slice(at, at + words)));
      at += words;
    } else if (rest.startsWith("\\") && /^\\[\\*[\]]/.test(rest)) {
      add(rest[1] ?? "");
      at += 2;
    } else if (rest.startsWith("*")) {
      const mark = markAt(rest, top().mark);
      toggle(mark);
      at += mark.length;
    } else if (rest.startsWith("[") && !isOpen("[")) {
      stack.push({ mark: "[", html: "" });
      at += 1;
    } else if (rest.startsWith("]") && isOpen("[") && LINK_END.test(rest)) {
      const [whole, url] = LINK_END.exec(rest) as unknown as [string, string];
      const address = typed.slice(at + 2, at + 2 + url.length);
      const id = /"([^"\s]*)"\)$/.exec(typed.slice(at, at + whole.length))?.[1];
      while (top().mark !== "[") giveUp();
      const { html } = stack.pop() as Frame;
      add(`<a${written({ href: bare(address), ...(id ? { link: id } : {}) })}>${html}</a>`);
      at += whole.length;
    } else {
      add(rest[0] === "\n" ? "<br/>" : escape(rest[0] ?? ""));
      at += 1;
    }
  }
  while (stack.length > 1) giveUp();
  return top().html;
}

/** What would have been typed for this HTML; null where that would lose something of it. */
export function toMarkup(html: string): string | null {
  const pieces = scan(html);
  const typed = pieces && typedOf(pieces, html);
  if (typed === null || typed === undefined) return null;
  const lines = typed.split("\n").map((line) => line.replace(/^ | $/g, ""));
  const found = lines.join("\n");
  return canonical(toHtml(found)) === canonical(html) ? found : null;
}

/** A form that two sources share which a mail program shows alike. */
export function canonical(html: string): string | null {
  const pieces = scan(html);
  return (
    pieces &&
    told(pieces, html)
      .replace(/ ?<br> ?/g, "<br>")
      .trim()
  );
}

/** Whoever closes comes first; `**` is bold, unless it has to close what one `*` has opened. */
function markAt(rest: string, top: string): string {
  const run = /^\*+/.exec(rest)?.[0].length ?? 1;
  if (run === 1 || (top === "*" && run !== 2)) return "*";
  return "**";
}

function typedOf(pieces: Piece[], html: string): string | null {
  let typed = "";
  for (const piece of pieces) {
    if (piece.kind === "comment") return null;
    if (piece.kind === "text") typed += plain(html.slice(piece.start, piece.end));
    else if (piece.name === "br") typed += "\n";
    else {
      const inner = typedOf(piece.children, html);
      if (inner === null) return null;
      const { href, link, ...others } = piece.attributes;
      const mark = MARKS[piece.name];
      if (Object.keys(others).length > 0) return null;
      if (mark && href === undefined) typed += mark + inner + mark;
      else if (piece.name === "a" && href) {
        typed += `[${inner}](${outside(href, (text) => text.replace(/[()\\]/g, "\\$&"))}${link ? ` "${link}"` : ""})`;
      } else return null;
    }
  }
  return typed;
}

function plain(text: string): string {
  return outside(collapsed(unescape(text)), (words) => words.replace(/[\\*[\]]/g, "\\$&"));
}

function bare(address: string): string {
  return outside(address, (text) => text.replace(/\\(.)/g, "$1"));
}

function collapsed(text: string): string {
  return outside(text, (words) => words.replace(/[ \t\r\n\f]+/g, " "));
}

function told(pieces: Piece[], html: string): string {
  return pieces
    .map((piece) => {
      if (piece.kind === "comment") return html.slice(piece.start, piece.end);
      if (piece.kind === "text") return escape(collapsed(unescape(html.slice(piece.start, piece.end))));
      const mark = MARKS[piece.name];
      const name = mark ? TAGS[mark] : piece.name;
      const attributes = Object.fromEntries(Object.entries(piece.attributes).toSorted());
      const closing = name === "br" ? "" : `${told(piece.children, html)}</${name}>`;
      return `<${name}${written(attributes)}>${closing}`;
    })
    .join("");
}
