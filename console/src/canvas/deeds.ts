/** What people do with steps, by menu, key or drop: each is a pure edit, and then the eye and the keyboard follow it. */
import { useMemo } from "react";
import { put, recall, remember } from "./clipboard";
import { type Editor, useEditorStore } from "./editor";
import { findStep, listAt, type Place, placeOf, ROOT, START, type Step } from "./model/document";
import { duplicate, ids, insert, move, removeBelow, removeJoined, removeWhole } from "./model/edit";
import { layout } from "./model/layout";

/** The place right behind a step, or of a plus, or at the beginning of a branch; the end when there is no such thing. */
export function placeAfter(editor: Editor, id: string): Place {
  const document = editor.getState().history.present;
  const place = placeOf(document, id);
  if (place) return { ...place, index: place.index + 1 };
  const beginning = { parent: null, outcome: ROOT, index: 0 };
  if (id === START) return beginning;
  const drawn = layout(document).nodes.find((node) => node.id === id);
  if (drawn?.of !== undefined) return { parent: drawn.of, outcome: drawn.outcome ?? ROOT, index: 0 };
  return drawn?.place ?? { ...beginning, index: listAt(document, beginning).length };
}

export function deedsOf(editor: Editor) {
  const now = () => editor.getState().history.present;
  const { edit } = editor.getState();

  function add(place: Place, steps: readonly Step[]) {
    const before = ids(now());
    const next = insert(now(), place, steps);
    const first = listAt(next, place)[place.index];
    if (first && !before.has(first.id)) edit(next, { select: first.id, focus: first.id });
  }

  function take(id: string, how: (document: ReturnType<typeof now>, id: string) => ReturnType<typeof now>) {
    const place = placeOf(now(), id);
    if (!place) return;
    const above = listAt(now(), place)[place.index - 1]?.id ?? place.parent ?? START;
    edit(how(now(), id), { select: null, focus: above });
  }

  function copy(id: string): string | undefined {
    const step = findStep(now(), id);
    if (!step) return undefined;
    const text = remember([step]);
    void put(text);
    return text;
  }

  return {
    add,
    copy,
    removeJoined: (id: string) => take(id, removeJoined),
    removeBelow: (id: string) => take(id, removeBelow),
    /** Takes it with its branches. */
    cut: (id: string) => {
      const text = copy(id);
      take(id, removeWhole);
      return text;
    },
    pasteAfter: async (id: string) => {
      const steps = await recall();
      if (steps.length) add(placeAfter(editor, id), steps);
    },
    duplicate: (id: string) => {
      const place = placeOf(now(), id);
      const next = duplicate(now(), id);
      const made = place && listAt(next, place)[place.index + 1];
      if (made) edit(next, { select: made.id, focus: made.id });
    },
    move: (id: string, to: Place) => edit(move(now(), id, to), { select: id, focus: id }),
    /** One place up or down in its list. */
    shift: (id: string, by: -1 | 1) => {
      const place = placeOf(now(), id);
      if (!place) return;
      const index = by === 1 ? place.index + 2 : place.index - 1;
      if (index >= 0 && index <= listAt(now(), place).length)
        edit(move(now(), id, { ...place, index }), { select: id, focus: id });
    },
  };
}

export function useDeeds() {
  const editor = useEditorStore();
  return useMemo(() => deedsOf(editor), [editor]);
}
