/**
 * MJML becomes blocks, and blocks become MJML. A block is made only of what it can write again without loss; all else
 * stays as source in its place, and an email of which nothing has changed is written as it was read, to the letter.
 */
import {
  type Attributes,
  type Block,
  type Columns,
  type Email,
  HAS_WORDS,
  type Leaf,
  newId,
  type Places,
  type SimpleKind,
  TAG_OF,
  type Wrap,
} from "./blocks";
import { toHtml, toMarkup } from "./markup";
import { type Piece, scan, type Tag, written } from "./scan";

/** Null for what is no MJML with a body. */
export function read(text: string): Email | null {
  const root = scan(text)?.find((piece) => piece.kind === "tag");
  if (root?.kind !== "tag" || root.name !== "mjml") return null;
  const bodies = root.children.filter(
    (piece): piece is Tag => piece.kind === "tag" && piece.name === "mj-body",
  );
  const [body] = bodies;
  if (!body || bodies.length > 1 || body.end === body.innerStart) return null;
  const places: Places = new Map();
  const blocks = body.children.flatMap((piece) => blocksOf(piece, text, places));
  return {
    before: text.slice(0, body.innerStart).trimEnd(),
    after: text.slice(body.innerEnd),
    blocks,
    read: { text, blocks, places },
  };
}

/** The MJML, and where each block stands in it. */
export function write(email: Email): { text: string; places: Places } {
  if (email.read && email.blocks === email.read.blocks) return email.read;
  const places: Places = new Map();
  let text = email.before;
  let wrap: Wrap | null = null;
  const line = (depth: number, what: string) => {
    const start = text.length + 1 + depth * 2;
    text += `\n${" ".repeat(depth * 2)}${what}`;
    return [start, text.length] as const;
  };
  const leaves = (blocks: Leaf[]) => {
    for (const block of blocks) places.set(block.id, line(4, leafText(block)));
  };
  const change = (next: Wrap | null) => {
    if (wrap === next) return;
    if (wrap) for (const closing of ["  </mj-column>", "</mj-section>"]) line(2, closing);
    if (next) for (const opening of openings(next)) line(2, opening);
    wrap = next;
  };
  for (const block of email.blocks) {
    if (block.kind === "columns") {
      change(null);
      const start = line(2, `<mj-section${written(block.attributes)}>`)[0];
      for (const column of block.columns) {
        line(3, `<mj-column${written(column.attributes)}>`);
        leaves(column.blocks);
        line(3, "</mj-column>");
      }
      places.set(block.id, [start, line(2, "</mj-section>")[1]]);
    } else if (block.wrap) {
      change(block.wrap);
      leaves([block]);
    } else {
      change(null);
      places.set(block.id, line(2, leafText(block)));
    }
  }
  change(null);
  return { text: `${text}\n  ${email.after.trimStart()}`, places };
}

function openings(wrap: Wrap): string[] {
  return [`<mj-section${written(wrap.section)}>`, `  <mj-column${written(wrap.column)}>`];
}

export function leafText(block: Leaf): string {
  if (block.source !== undefined) return block.source;
  if (block.kind === "source") return "";
  const tag = TAG_OF[block.kind];
  const opening = `<${tag}${written(block.attributes)}`;
  return HAS_WORDS.has(tag) ? `${opening}>${toHtml(block.text)}</${tag}>` : `${opening} />`;
}

function blocksOf(piece: Piece, text: string, places: Places): Block[] {
  if (piece.kind === "tag" && piece.name === "mj-section") {
    const found = sectionOf(piece, text, places);
    if (found) return found;
  }
  return sourceOf(piece, null, text, places);
}

/** One column: its blocks, that share section and column. Several: one block. Anything between columns: source. */
function sectionOf(section: Tag, text: string, places: Places): Block[] | null {
  const inside = section.children.filter((piece) => !isBlank(piece, text));
  const columns = inside.filter((piece): piece is Tag => piece.kind === "tag" && piece.name === "mj-column");
  if (columns.length === 0 || columns.length < inside.length) return null;
  if (columns.length === 1 && columns[0]) {
    const wrap = { section: section.attributes, column: columns[0].attributes };
    const found = leavesOf(columns[0], wrap, text, places);
    return found.length ? found : null;
  }
  const block: Columns = {
    id: newId(),
    kind: "columns",
    attributes: section.attributes,
    columns: columns.map((column) => ({
      attributes: column.attributes,
      blocks: leavesOf(column, null, text, places),
    })),
  };
  places.set(block.id, [section.start, section.end]);
  return [block];
}

function leavesOf(column: Tag, wrap: Wrap | null, text: string, places: Places): Leaf[] {
  return column.children.flatMap((piece) => {
    const leaf = piece.kind === "tag" ? leafOf(piece, wrap, text) : null;
    if (!leaf) return sourceOf(piece, wrap, text, places);
    places.set(leaf.id, [piece.start, piece.end]);
    return [leaf];
  });
}

function leafOf(tag: Tag, wrap: Wrap | null, text: string): Leaf | null {
  const inner = text.slice(tag.innerStart, tag.innerEnd);
  const words = HAS_WORDS.has(tag.name) ? toMarkup(inner) : inner.trim() ? null : "";
  const kind = words === null ? null : kindOf(tag, words);
  const source = text.slice(tag.start, tag.end);
  return kind && words !== null
    ? { id: newId(), kind, attributes: tag.attributes, text: words, wrap, source }
    : null;
}

function kindOf({ name, attributes }: Tag, words: string): SimpleKind | null {
  if (name === "mj-text") {
    if (/\{\{-?\s*unsubscribe_url/.test(words)) return "footer";
    return isHeading(attributes) ? "heading" : "text";
  }
  const kinds = Object.entries(TAG_OF) as [SimpleKind, string][];
  return kinds.find(([, tag]) => tag === name)?.[0] ?? null;
}

function isHeading(attributes: Attributes): boolean {
  const bold = ["700", "bold"].includes(attributes["font-weight"] ?? "");
  return bold && Number.parseInt(attributes["font-size"] ?? "0", 10) >= 18;
}

function sourceOf(piece: Piece, wrap: Wrap | null, text: string, places: Places): Leaf[] {
  if (isBlank(piece, text)) return [];
  const raw = text.slice(piece.start, piece.end);
  const source = raw.trim();
  const start = piece.start + raw.indexOf(source);
  const id = newId();
  places.set(id, [start, start + source.length]);
  return [{ id, kind: "source", source, wrap }];
}

function isBlank(piece: Piece, text: string): boolean {
  return piece.kind === "text" && !text.slice(piece.start, piece.end).trim();
}
