/** Everything that can be done to a list of blocks: pure, and each answers a new list. */
import { type Block, type Columns, type Leaf, newId, type Simple, type Wrap } from "./blocks";

/** Where something new goes: after a block, at the end of a column, or at the very end. */
export type Place = { after: string } | { columns: string; column: number } | "end";

export function find(blocks: readonly Block[], id: string): Block | undefined {
  for (const block of blocks) {
    if (block.id === id) return block;
    const inside =
      block.kind === "columns" &&
      find(
        block.columns.flatMap((one) => one.blocks),
        id,
      );
    if (inside) return inside;
  }
  return undefined;
}

export function insert(blocks: Block[], block: Block, place: Place): Block[] {
  if (place === "end") return insertAt(blocks, block, blocks.length);
  if ("columns" in place) {
    return blocks.map((one) =>
      one.id === place.columns && one.kind === "columns"
        ? changeColumn(one, place.column, (inside) => [...inside, block as Leaf])
        : one,
    );
  }
  return within(blocks, place.after, (list, index) => insertAt(list, block, index + 1));
}

export function remove(blocks: Block[], id: string): Block[] {
  return within(blocks, id, (list, index) => list.toSpliced(index, 1));
}

/** One up or down among its neighbours; the first stays first, the last stays last. */
export function move(blocks: Block[], id: string, by: 1 | -1): Block[] {
  return within(blocks, id, (list, index) => {
    const block = list[index];
    const target = index + by;
    if (!block || target < 0 || target >= list.length) return list;
    const rest = list.toSpliced(index, 1);
    return rest.toSpliced(target, 0, settled(block, rest[target - 1], rest[target]));
  });
}

export function duplicate(blocks: Block[], id: string): Block[] {
  return within(blocks, id, (list, index) => {
    const block = list[index];
    return block ? list.toSpliced(index + 1, 0, copied(block)) : list;
  });
}

/** Changes fields of a simple block; what it was read from is no more what it is. */
export function change(
  blocks: Block[],
  id: string,
  given: Partial<Pick<Simple, "text" | "attributes">>,
): Block[] {
  return replace(blocks, id, (block) =>
    block.kind === "source" || block.kind === "columns" ? block : { ...block, ...given, source: undefined },
  );
}

export function changeSource(blocks: Block[], id: string, source: string): Block[] {
  return replace(blocks, id, (block) => (block.kind === "source" ? { ...block, source } : block));
}

/** How many blocks stand beside it, and which of them it is, from 0. */
export function placeOf(blocks: Block[], id: string): { index: number; count: number } {
  let found = { index: 0, count: blocks.length };
  within(blocks, id, (list, index) => {
    found = { index, count: list.length };
    return list;
  });
  return found;
}

function replace(blocks: Block[], id: string, made: (block: Block) => Block): Block[] {
  return within(blocks, id, (list, index) => list.map((one, place) => (place === index ? made(one) : one)));
}

/** The list with a change where the block stands, at the top or in a column. */
function within(blocks: Block[], id: string, edit: (list: Block[], index: number) => Block[]): Block[] {
  const index = blocks.findIndex((block) => block.id === id);
  if (index >= 0) return edit(blocks, index);
  return blocks.map((block) => {
    if (block.kind !== "columns") return block;
    const column = block.columns.findIndex((one) => one.blocks.some((inside) => inside.id === id));
    if (column < 0) return block;
    return changeColumn(block, column, (list) => within(list, id, edit) as Leaf[]);
  });
}

function changeColumn(block: Columns, column: number, edit: (list: Leaf[]) => Leaf[]): Columns {
  const columns = block.columns.map((one, index) =>
    index === column ? { ...one, blocks: edit(one.blocks) } : one,
  );
  return { ...block, columns };
}

function insertAt(list: Block[], block: Block, index: number): Block[] {
  return list.toSpliced(index, 0, settled(block, list[index - 1], list[index]));
}

/** A block shares section and column with what it comes to stand beside: the one above, or else the one below. */
function settled(block: Block, above: Block | undefined, below: Block | undefined): Block {
  if (block.kind === "columns" || (block.kind === "source" && block.wrap === null)) return block;
  const wrap = wrapOf(above) ?? wrapOf(below) ?? block.wrap ?? { section: {}, column: {} };
  return { ...block, wrap };
}

function wrapOf(block: Block | undefined): Wrap | null {
  return block && block.kind !== "columns" ? block.wrap : null;
}

function copied<T extends Block>(block: T): T {
  if (block.kind !== "columns") return { ...block, id: newId() };
  const columns = block.columns.map((one) => ({ ...one, blocks: one.blocks.map(copied) }));
  return { ...block, id: newId(), columns };
}
