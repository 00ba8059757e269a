/** The links of an email (C5): each spot of the body with an address, and its change there and nowhere else. */
import { hidden } from "./liquid";
import { escape, scan, type Tag, tags, unescape, written } from "./scan";

export interface EmailLink {
  /** Which of the spots with an address, from 0. */
  spot: number;
  /** What branches call it: given by the author, or by its place. */
  id: string;
  isNamed: boolean;
  url: string;
  text: string;
  /** Its words are plain, so that they can be changed. */
  hasPlainText: boolean;
  start: number;
}

const UNTRACKED = /^(?:mailto:|tel:|sms:|#|\{\{-?\s*unsubscribe_url\s*-?\}\}$)/i;

/** Those that are followed through Sojourn, in the order of the email; none while the body is no MJML. */
export function linksOf(body: string): EmailLink[] {
  return spots(body)
    .map((tag, spot) => ({ tag, spot }))
    .filter(({ tag }) => !UNTRACKED.test((tag.attributes.href ?? "").trim()))
    .map(({ tag, spot }, place) => ({
      spot,
      id: tag.attributes.link ?? `link-${place + 1}`,
      isNamed: !!tag.attributes.link,
      url: tag.attributes.href ?? "",
      text: textOf(tag, body),
      hasPlainText: tag.children.length === 1 && tag.children[0]?.kind === "text",
      start: tag.start,
    }));
}

/** The body with one link changed; an id is never empty, since it would be its place again. */
export function withLink(
  body: string,
  spot: number,
  given: { id?: string; url?: string; text?: string },
): string {
  const tag = spots(body)[spot];
  if (!tag) return body;
  let made = body;
  if (given.text !== undefined)
    made = made.slice(0, tag.innerStart) + escape(given.text) + made.slice(tag.innerEnd);
  const { link: before, href, ...others } = tag.attributes;
  const link = given.id ?? before;
  const attributes = { ...(link ? { link } : {}), href: given.url ?? href ?? "", ...others };
  const isShort = tag.innerStart === tag.end && hidden(body).slice(tag.start, tag.end).endsWith("/>");
  const opening = `<${tag.name}${written(attributes)}${isShort ? " />" : ">"}`;
  return made.slice(0, tag.start) + opening + made.slice(tag.innerStart);
}

/** An id that no other link has, from the words of this one. */
export function freeId(words: string, taken: readonly string[]): string {
  const plain = words
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  const base =
    plain
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 40) || "link";
  let id = base;
  for (let number = 2; taken.includes(id); number += 1) id = `${base}-${number}`;
  return id;
}

function spots(body: string): Tag[] {
  return [...tags(scan(body) ?? [])].filter(
    (tag) => tag.attributes.href !== undefined && tag.name !== "mj-font" && tag.name !== "link",
  );
}

function textOf(tag: Tag, body: string): string {
  const words = [...wordsOf(tag, body)].join("").replace(/\s+/g, " ").trim();
  return words || tag.attributes.alt || tag.attributes.title || tag.attributes.name || "";
}

function* wordsOf(tag: Tag, body: string): Generator<string> {
  for (const piece of tag.children) {
    if (piece.kind === "text") yield unescape(body.slice(piece.start, piece.end));
    else if (piece.kind === "tag") yield* wordsOf(piece, body);
  }
}
