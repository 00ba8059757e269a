/** The body of an email as blocks, with undo: what is changed elsewhere, in the source or the links, is read again. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { advance, begin, type History, redo, undo } from "~/canvas/model/history";
import { type Block, type Email, newId } from "./model/blocks";
import { find, insert, type Place, remove } from "./model/edit";
import { read, write } from "./model/mjml";
import { focusOn } from "./where";

export interface Blocks {
  email: Email;
  body: string;
  edit: (change: (blocks: Block[]) => Block[]) => void;
  add: (block: Block, place: Place) => void;
  removed: (id: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

/** Null while the body is no MJML. */
export function useBlocks(body: string, onBody: (body: string) => void): Blocks | null {
  const [history, setHistory] = useState<History<Email | null>>(() => begin(read(body)));
  const own = useRef(body);
  const toFocus = useRef<string | null>(null);

  useEffect(() => {
    if (body === own.current) return;
    own.current = body;
    setHistory((before) => advance(before, read(body)));
  }, [body]);

  useEffect(() => {
    if (!toFocus.current) return;
    const id = toFocus.current;
    toFocus.current = null;
    window.requestAnimationFrame(() => focusOn(id));
  });

  const show = useCallback(
    (next: History<Email | null>) => {
      setHistory(next);
      if (!next.present) return;
      own.current = write(next.present).text;
      onBody(own.current);
    },
    [onBody],
  );

  return useMemo(() => {
    const email = history.present;
    if (!email) return null;
    const edit = (change: (blocks: Block[]) => Block[]) => {
      const blocks = change(email.blocks);
      if (blocks !== email.blocks) show(advance(history, { ...email, blocks }));
    };
    return {
      email,
      body,
      edit,
      add: (block, place) => {
        toFocus.current = block.id;
        edit((blocks) => insert(blocks, block, place));
      },
      removed: (id) => {
        toFocus.current = neighbour(email.blocks, id);
        edit((blocks) => remove(blocks, id));
      },
      undo: history.past.length ? () => show(undo(history)) : null,
      redo: history.future.length ? () => show(redo(history)) : null,
    };
  }, [history, body, show]);
}

export const ADD = `add-${newId()}`;

/** Where the keyboard goes when a block is gone: to the next one, or else the one before, or to where one is added. */
function neighbour(blocks: Block[], id: string): string {
  const list = blocks.some((block) => block.id === id)
    ? blocks
    : (blocks
        .flatMap((one) => (one.kind === "columns" ? one.columns : []))
        .find((one) => find(one.blocks, id))?.blocks ?? []);
  const index = list.findIndex((block) => block.id === id);
  return (list[index + 1] ?? list[index - 1])?.id ?? ADD;
}
