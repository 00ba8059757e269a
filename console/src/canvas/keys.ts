/** Keys of the whole editor, wherever the keyboard stands but in a field: undo, the clipboard, and what is done to a step. */
import { useEffect } from "react";
import { remember } from "./clipboard";
import { deedsOf, placeAfter } from "./deeds";
import { type Editor, useEditorStore } from "./editor";
import { findStep } from "./model/document";
import { readSteps } from "./model/writing";

export function useKeys() {
  const editor = useEditorStore();
  useEffect(() => {
    const key = (event: KeyboardEvent) => !isTyping(event) && press(editor, event) && event.preventDefault();
    const clip = (event: ClipboardEvent) =>
      !isTyping(event) && exchange(editor, event) && event.preventDefault();
    document.addEventListener("keydown", key);
    const menu = (event: MouseEvent) => openMenu(editor, event) && event.preventDefault();
    document.addEventListener("contextmenu", menu);
    for (const kind of CLIPS) document.addEventListener(kind, clip);
    return () => {
      document.removeEventListener("keydown", key);
      document.removeEventListener("contextmenu", menu);
      for (const kind of CLIPS) document.removeEventListener(kind, clip);
    };
  }, [editor]);
}

const CLIPS = ["copy", "cut", "paste"] as const;

function isTyping({ target }: Event): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isField =
    target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=menu]");
  return Boolean(isField);
}

/** Whether the key was meant for us. */
function press(editor: Editor, event: KeyboardEvent): boolean {
  const { isReadOnly, undo, redo } = editor.getState();
  if (isReadOnly) return false;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "y" || (key === "z" && event.shiftKey)) redo();
    else if (key === "z") undo();
    else return key === "d" && withStep(editor, (id) => deedsOf(editor).duplicate(id));
    return true;
  }
  if (key === "delete" || key === "backspace")
    return withStep(editor, (id) => editor.getState().ask({ what: "delete", step: id }));
  if (event.altKey && (key === "arrowup" || key === "arrowdown"))
    return withStep(editor, (id) => deedsOf(editor).shift(id, key === "arrowup" ? -1 : 1));
  return false;
}

/** The step that the keyboard stands on. */
function here(editor: Editor): string | undefined {
  const { current, history } = editor.getState();
  return findStep(history.present, current)?.id;
}

function withStep(editor: Editor, act: (id: string) => void): boolean {
  const id = here(editor);
  if (id !== undefined) act(id);
  return id !== undefined;
}

/** What can be done with the step that the pointer or the keyboard is on; the keyboard has a key for it too. */
function openMenu(editor: Editor, { target, clientX: x, clientY: y }: MouseEvent): boolean {
  const tile = target instanceof Element ? target.closest<HTMLElement>("[data-node], [data-row]") : null;
  const id = tile?.dataset.node ?? tile?.dataset.row ?? "";
  const { isReadOnly, history, ask } = editor.getState();
  if (isReadOnly || !findStep(history.present, id)) return false;
  ask({ what: "menu", step: id, x, y });
  return true;
}

function exchange(editor: Editor, event: ClipboardEvent): boolean {
  const { isReadOnly, current, history } = editor.getState();
  const id = here(editor);
  if (event.type === "paste") {
    const steps = isReadOnly ? [] : readSteps(event.clipboardData?.getData("text/plain") ?? "");
    if (steps.length) deedsOf(editor).add(placeAfter(editor, current), steps);
    return steps.length > 0;
  }
  if (getSelection()?.isCollapsed === false) return false;
  const step = id === undefined ? undefined : findStep(history.present, id);
  if (!step || id === undefined || (event.type === "cut" && isReadOnly)) return false;
  event.clipboardData?.setData("text/plain", remember([step]));
  if (event.type === "cut") deedsOf(editor).cut(id);
  return true;
}
