/** An email as a list of blocks. Whatever the list has no block for stays in it as source, untouched. */

export type Attributes = Record<string, string>;

/** The section and the column that blocks beside each other share. */
export interface Wrap {
  section: Attributes;
  column: Attributes;
}

export const SIMPLE = ["heading", "text", "image", "button", "divider", "spacer", "footer"] as const;
export type SimpleKind = (typeof SIMPLE)[number];

export interface Simple {
  id: string;
  kind: SimpleKind;
  attributes: Attributes;
  /** As it is typed, see `markup.ts`; of those that have words. */
  text: string;
  wrap: Wrap | null;
  /** What it was read from, while nothing of it has changed. */
  source?: string | undefined;
}

/** Without a `wrap` it stands between sections. */
export interface Source {
  id: string;
  kind: "source";
  source: string;
  wrap: Wrap | null;
}

export type Leaf = Simple | Source;

export interface Column {
  attributes: Attributes;
  blocks: Leaf[];
}

export interface Columns {
  id: string;
  kind: "columns";
  attributes: Attributes;
  columns: Column[];
}

export type Block = Leaf | Columns;

export interface Email {
  /** The source up to the first block, and after the last. */
  before: string;
  after: string;
  blocks: Block[];
  /** What it was read from, and where each block stands in it. */
  read?: { text: string; blocks: Block[]; places: Places };
}

/** From where to where each block reaches, by its id. */
export type Places = Map<string, readonly [number, number]>;

export const TAG_OF: Record<SimpleKind, string> = {
  heading: "mj-text",
  text: "mj-text",
  footer: "mj-text",
  image: "mj-image",
  button: "mj-button",
  divider: "mj-divider",
  spacer: "mj-spacer",
};

export const HAS_WORDS: ReadonlySet<string> = new Set(["mj-text", "mj-button"]);

let last = 0;

export function newId(): string {
  last += 1;
  return `block-${last}`;
}

const NEW: Record<SimpleKind, { attributes: Attributes; text: string }> = {
  heading: { attributes: { "font-size": "28px", "font-weight": "700" }, text: "" },
  text: { attributes: {}, text: "" },
  image: { attributes: { src: "", alt: "" }, text: "" },
  button: { attributes: { href: "" }, text: "" },
  divider: { attributes: { "border-width": "1px", "border-color": "#d4d4d8" }, text: "" },
  spacer: { attributes: { height: "24px" }, text: "" },
  footer: {
    attributes: { "font-size": "12px", align: "center" },
    text: "{{ postal_address }}\n[Unsubscribe]({{ unsubscribe_url }})",
  },
};

export function made(kind: SimpleKind): Simple {
  return { id: newId(), kind, wrap: null, ...NEW[kind] };
}

export function madeColumns(): Columns {
  const columns = [made("text"), made("text")].map((block) => ({ attributes: {}, blocks: [block] }));
  return { id: newId(), kind: "columns", attributes: {}, columns };
}
