/** Keys of the whole editor, wherever the keyboard stands but in a field: undo, the clipboard, and what is done to a step. */
import { useEffect } from "react";
import { remember } from "./clipboard";
import { deedsOf, placeAfter } from "./deeds";
import { type Editor, START, useEditorStore } from "./editor";
import { findStep } from "./model/document";
import { readSteps } from "./model/writing";

export function useKeys() {
  const editor = useEditorStore();
  useEffect(() => {
    const key = (event: KeyboardEvent) => !isTyping(event) && press(editor, event) && event.preventDefault();
    const clip = (event: ClipboardEvent) =>
      !isTyping(event) && exchange(editor, event) && event.preventDefault();
    document.addEventListener("keydown", key);
    for (const kind of CLIPS) document.addEventListener(kind, clip);
    return () => {
      document.removeEventListener("keydown", key);
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

function exchange(editor: Editor, event: ClipboardEvent): boolean {
  const { isReadOnly, current, history } = editor.getState();
  const id = here(editor);
  if (event.type === "paste") {
    const steps = isReadOnly ? [] : readSteps(event.clipboardData?.getData("text/plain") ?? "");
    if (steps.length)
      deedsOf(editor).add(placeAfter(editor, id ?? (current === START ? START : null)), steps);
    return steps.length > 0;
  }
  const step = id === undefined ? undefined : findStep(history.present, id);
  if (!step || id === undefined || (event.type === "cut" && isReadOnly)) return false;
  event.clipboardData?.setData("text/plain", remember([step]));
  if (event.type === "cut") deedsOf(editor).cut(id);
  return true;
}
